/** A command as Redis reads it: an array of byte strings. */
export function encodeCommand(words) {
  const parts = words.map((word) => Buffer.from(String(word)));
  const chunks = parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), part, Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...chunks]);
}

/** The reply at `start` and where the next one begins; `null` while it is not whole. An error reply is an Error as value. */
export function decodeReply(bytes, start = 0) {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd < 0) return null;
  const text = bytes.toString('utf8', start + 1, lineEnd);
  const next = lineEnd + 2;
  switch (String.fromCharCode(bytes[start])) {
    case '+':
      return { value: text, next };
    case '-':
      return { value: new Error(text), next };
    case ':':
      return { value: Number(text), next };
    case '$':
      return decodeText(bytes, next, Number(text));
    case '*':
      return decodeArray(bytes, next, Number(text));
    default:
      throw new Error(`not a Redis reply: ${JSON.stringify(bytes.toString('utf8', start, start + 20))}`);
  }
}

function decodeText(bytes, start, length) {
  if (length < 0) return { value: null, next: start };
  const end = start + length;
  return bytes.length < end + 2 ? null : { value: bytes.toString('utf8', start, end), next: end + 2 };
}

function decodeArray(bytes, start, length) {
  if (length < 0) return { value: null, next: start };
  const value = [];
  let next = start;
  while (value.length < length) {
    const item = decodeReply(bytes, next);
    if (item === null) return null;
    value.push(item.value);
    ({ next } = item);
  }
  return { value, next };
}
