import { own } from './own.ts';

// Colours, cursor movements, titles and links. node:util's stripVTControlCharacters needs a second for 240 KB of unfinished
// titles; here every class stops at the next ESC, so that the time is linear.
const terminal =
  // eslint-disable-next-line no-control-regex
  /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[ -/]{1,3}[0-~]|[0-Z\\^-~])|\u009B[0-?]*[ -/]*[@-~]/g;
// Everything outside the Char production of XML 1.0 (https://www.w3.org/TR/xml/#charsets), lone surrogates included.
// eslint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/u;
const forbiddenAll = new RegExp(forbidden.source, 'gu');
// What makes a closer look necessary: a character that has to be escaped, one that is forbidden, and half of one that may not be.
// eslint-disable-next-line no-control-regex
const specialInText = /[&<>\u0000-\u0008\u000B-\u001F\u009B\uD800-\uDFFF\uFFFE\uFFFF]/;
// eslint-disable-next-line no-control-regex
const specialInAttribute = /[&<>"\u0000-\u001F\u009B\uD800-\uDFFF\uFFFE\uFFFF]/;
// NameStartChar and NameChar of https://www.w3.org/TR/xml/#d0e804.
const nameStart =
  ':A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
// eslint-disable-next-line no-misleading-character-class
const xmlName = new RegExp(`^[${nameStart}][${nameStart}.0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040-]*$`, 'u');
const textSpecial = /[&<>\r]/g;
const attributeSpecial = /[&<>"\r\n\t]/g;
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const reference = /&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,10})|#[xX]([0-9a-fA-F]{1,8}));/g;

/** Text without terminal sequences, with U+FFFD for every character that XML 1.0 cannot hold. */
export function cleanText(text: string): string {
  const plain = text.includes('\u001B') || text.includes('\u009B') ? text.replace(terminal, '') : text;
  return replaceForbidden(plain);
}

/** Text with U+FFFD for every character that XML 1.0 cannot hold, lone surrogates included. */
export function replaceForbidden(text: string): string {
  return forbidden.test(text) ? text.replace(forbiddenAll, '\uFFFD') : text;
}

/** Whether a text can be the name of an element or an attribute, with its prefix. */
export function isXmlName(text: string): boolean {
  return xmlName.test(text);
}

/** Clean text as the content of an element. */
export function escapeText(text: string): string {
  if (!specialInText.test(text)) return text;
  return cleanText(text).replace(textSpecial, escapeOne);
}

/** Clean text as the value of an attribute in double quotes; line breaks and tabs survive. */
export function escapeAttribute(text: string): string {
  if (!specialInAttribute.test(text)) return text;
  return cleanText(text).replace(attributeSpecial, escapeOne);
}

/** The text behind the five predefined entities and numeric references; every other reference stays as it is written. */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(reference, (whole, name?: string, decimal?: string, hexadecimal?: string) => {
    if (name !== undefined) return own(named, name) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10);
    return code > 0x10ffff ? '\uFFFD' : replaceForbidden(String.fromCodePoint(code));
  });
}

function escapeOne(character: string): string {
  return escapes[character] ?? character;
}
