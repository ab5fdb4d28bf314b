/**
 * The text that `JSON.stringify(value, null, 2)` gives, in parts: that of a long run is as long as all else that is in memory. Lists may be any
 * iterable, so that what they hold is made when it is written.
 */
export function* jsonParts(value: Readonly<Record<string, unknown>>): Generator<string> {
  let before = '{\n';
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    yield `${before}  ${JSON.stringify(key)}: `;
    if (isList(item)) yield* listParts(item);
    else yield indented(item, '  ');
    before = ',\n';
  }
  yield before === '{\n' ? '{}' : '\n}';
}

function isList(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function* listParts(items: Iterable<unknown>): Generator<string> {
  let before = '[\n';
  for (const item of items) {
    yield `${before}    ${indented(item, '    ')}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]' : '\n  ]';
}

function indented(value: unknown, indent: string): string {
  return JSON.stringify(value ?? null, null, 2).replaceAll('\n', `\n${indent}`);
}
