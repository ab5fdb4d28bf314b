// JUnit XML as the reporters in this folder write it: flat, a whole case at a time.
// Plain JavaScript without dependencies: it is loaded by whatever Node runs the tests.

/** Characters kept of each text. */
export const maxMessage = 4096;
export const maxDetails = 65_536;
export const maxOutput = 16_384;
const terminal =
  /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[ -/]{1,3}[0-~]|[0-Z\\^-~])|\u009B[0-?]*[ -/]*[@-~]/g;
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/gu;
const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;', '\n': '&#10;', '\t': '&#9;' };

/** The start of a report. */
export function header(name) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite name="${attribute(name)}">\n`;
}

/** The end of a report; a report without it is not whole. */
export function footer() {
  return '</testsuite>\n</testsuites>\n';
}

/** One case. `test`: {className, name, file, line, durationMs, skipped, problems: [{kind, type, message, details}], stdout, stderr}. */
export function testcase(test) {
  const attributes = [
    `classname="${attribute(test.className)}"`,
    `name="${attribute(test.name)}"`,
    ...(test.file ? [`file="${attribute(test.file)}"`] : []),
    ...(test.line ? [`line="${test.line}"`] : []),
    `time="${((test.durationMs || 0) / 1000).toFixed(6)}"`,
  ];
  const children = [
    ...(test.problems || []).map(problemElement),
    ...(test.skipped == null ? [] : [`<skipped message="${attribute(cut(test.skipped, maxMessage))}"/>`]),
    ...(test.stdout ? [`<system-out>${content(cut(test.stdout, maxOutput))}</system-out>`] : []),
    ...(test.stderr ? [`<system-err>${content(cut(test.stderr, maxOutput))}</system-err>`] : []),
  ];
  const open = `<testcase ${attributes.join(' ')}`;
  return children.length === 0 ? `${open}/>\n` : `${open}>\n${children.join('\n')}\n</testcase>\n`;
}

function problemElement({ kind, type, message, details }) {
  const attributes = `message="${attribute(cut(message, maxMessage))}" type="${attribute(type)}"`;
  return `<${kind} ${attributes}>${content(cut(details, maxDetails))}</${kind}>`;
}

/** A text with at most so many characters, and how many are missing. */
export function cut(value, max) {
  const text = String(value ?? '');
  return text.length <= max ? text : `${text.slice(0, max)}\n[${text.length - max} more characters]`;
}

function attribute(value) {
  return clean(value).replace(/[&<>"\r\n\t]/g, (character) => escapes[character]);
}

function content(value) {
  return clean(value).replace(/[&<>\r]/g, (character) => escapes[character]);
}

/** A text without what XML cannot hold and without the codes of terminals. */
export function clean(value) {
  return String(value ?? '')
    .replace(terminal, '')
    .replace(forbidden, '\uFFFD');
}
