/** One way in which a secret can stand in a text. */
export interface SecretForm {
  readonly bytes: Buffer;
  /** Tools break it into lines (`base64`, `xxd -p`), so line breaks may stand anywhere in it. */
  readonly wrappable: boolean;
}

/** Shorter values occur everywhere by chance. */
const leastLength = 4;
/** A shorter line of a secret with several lines says little, such as a brace. */
const leastLineLength = 8;

/** Whether a value is too short to be masked. */
export function isTooShort(value: string): boolean {
  return value.trim().length < leastLength;
}

/**
 * Every form of the values that is masked: as it is, JSON- and XML-escaped, URL-encoded, as hexadecimal digits, and in base64, also where it
 * is only a part of what was encoded. Of a value with several lines each long line counts too. The longest come first.
 */
export function secretForms(values: readonly string[]): readonly SecretForm[] {
  const plain = new Set<string>();
  const wrappable = new Set<string>();
  for (const piece of new Set(values.flatMap(pieces))) {
    for (const escaped of escapedForms(piece)) for (const text of xmlForms(escaped)) plain.add(text);
    for (const text of urlForms(piece)) plain.add(text);
    for (const text of digitForms(Buffer.from(piece))) {
      wrappable.add(text);
      if (/[+/=]/.test(text)) for (const encoded of urlForms(text)) plain.add(encoded);
    }
  }
  const forms = [
    ...[...plain].map((text) => ({ bytes: Buffer.from(text), wrappable: false })),
    ...[...wrappable].map((text) => ({ bytes: Buffer.from(text), wrappable: true })),
  ];
  return forms.filter(({ bytes }) => bytes.length >= leastLength).toSorted((a, b) => b.bytes.length - a.bytes.length);
}

function pieces(value: string): readonly string[] {
  const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
  const long = lines.length === 1 ? [] : lines.filter((line) => line.length >= leastLineLength);
  return [value, value.trim(), ...long].filter((piece) => !isTooShort(piece));
}

/** As it is, and as JSON, Python and JavaScript write it between quotes; also twice over, as JSON that is printed as a string. */
function escapedForms(text: string): readonly string[] {
  const once = [text, ...escapes(text)];
  return [...new Set([...once, ...once.flatMap(escapes)])];
}

function escapes(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const bare = json.replaceAll('\\"', '"');
  const quoted = [bare, json, bare.replaceAll("'", "\\'"), bare.replaceAll('`', '\\`'), json.replaceAll('/', '\\/')];
  return [...new Set(quoted.flatMap((one) => [one, inAscii(one, 4), inAscii(one, 2)]))];
}

/** Other characters as `\u00e9`, or as `\xe9` where two digits do. */
function inAscii(text: string, leastDigits: number): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => {
    const digits = unit.charCodeAt(0).toString(16).padStart(leastDigits, '0');
    return digits.length === 2 ? `\\x${digits}` : `\\u${digits.padStart(4, '0')}`;
  });
}

/** What writers of XML make of a text: which characters they escape beyond `&` and `<`, and how, differs. */
function xmlForms(text: string): readonly string[] {
  if (!/[&<>"']/.test(text)) return [text];
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const choices: readonly (readonly [string, readonly string[]])[] = [
    ['>', ['>', '&gt;']],
    ['"', ['"', '&quot;', '&#34;']],
    ["'", ["'", '&apos;', '&#39;', '&#x27;']],
  ];
  return choices.reduce<readonly string[]>(
    (texts, [character, ways]) =>
      text.includes(character) ? texts.flatMap((one) => ways.map((way) => one.replaceAll(character, way))) : texts,
    [text, escaped],
  );
}

/** Percent-encoded, as browsers, form encoders and Python do it, with upper and lower case digits. */
function urlForms(text: string): readonly string[] {
  const component = encodeURIComponent(text.toWellFormed());
  const strict = component.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = strict.replaceAll('~', '%7E');
  const upper = [
    ...[component, strict, form],
    ...[component, strict, form].map((one) => one.replaceAll('%20', '+')),
    ...[component, strict].map((one) => one.replaceAll('%2F', '/')),
  ];
  return [...upper, ...upper.map((one) => one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

function digitForms(bytes: Buffer): readonly string[] {
  const hex = bytes.toString('hex');
  const base64 = base64Forms(bytes);
  const urlSafe = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [hex, hex.toUpperCase(), ...base64, ...urlSafe].flatMap(withLaterStarts);
}

/** Whole, and for each place within a group of three bytes those digits that hang on nothing around it. */
function base64Forms(bytes: Buffer): readonly string[] {
  const whole = bytes.toString('base64');
  const cores = [0, 1, 2].map((before) => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return digits.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  return [whole, whole.replace(/=+$/, ''), ...cores];
}

/** A line break within the first digits would hide the rest, because a form is found by its first four bytes. */
function withLaterStarts(digits: string): readonly string[] {
  return digits.length < 20 ? [digits] : [0, 1, 2, 3].map((start) => digits.slice(start));
}
