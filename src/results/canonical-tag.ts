/** A start tag that is written exactly as this program would write it, so that it can be copied without being written anew. */
export interface CanonicalTag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The source up to its last attribute, without `>` or `/>`. */
  readonly head: string;
}

/** The longest tag that is looked at, in characters. */
export const longestCanonicalTag = 4096;

// Nearly every writer leaves nearly every tag like this. One character a step: two nested repetitions would need exponential time to fail.
const canonical =
  // eslint-disable-next-line no-control-regex
  /^<[A-Za-z][\w.-]*(?: [A-Za-z][\w.:-]*="(?:[^"&<>\u0000-\u001F\u009B\uD800-\uDFFF\uFFFE\uFFFF]|&(?:amp|lt|gt|quot|#13|#10|#9);)*")* ?\/?>$/;
const canonicalEnd = /^<\/[A-Za-z][\w.-]*>$/;

/** Whether a tag, given from `<` to `>`, is written as this program would write it but for a space at its end. */
export function isCanonicalTag(source: string): boolean {
  return source.charCodeAt(1) === 0x2f ? canonicalEnd.test(source) : canonical.test(source);
}

/** Reads a canonical start tag; `null` when it gives an attribute twice. */
export function readCanonicalTag(source: string): CanonicalTag | null {
  const attributes: Record<string, string> = {};
  let at = endOfName(source);
  const name = source.slice(1, at);
  while (source.charCodeAt(at) === 0x20) {
    const equals = source.indexOf('=', at);
    if (equals === -1) break;
    const end = source.indexOf('"', equals + 2);
    const key = source.slice(at + 1, equals);
    if (attributes[key] !== undefined) return null;
    attributes[key] = decode(source.slice(equals + 2, end));
    at = end + 1;
  }
  return { name, attributes, head: source.slice(0, at) };
}

function endOfName(source: string): number {
  for (let at = 1; ; at += 1) {
    const code = source.charCodeAt(at);
    if (code === 0x20 || code === 0x2f || code === 0x3e) return at;
  }
}

/** Of the references that a canonical tag may hold; what `&amp;` stands for is no reference. */
function decode(value: string): string {
  if (!value.includes('&')) return value;
  const text = value.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  const whole = text.includes('&#')
    ? text.replaceAll('&#10;', '\n').replaceAll('&#13;', '\r').replaceAll('&#9;', '\t')
    : text;
  return whole.replaceAll('&amp;', '&');
}
