import { oneLine, plural } from '../base/text.ts';
import type { Unseen } from '../results/outstanding.ts';

const maxExamples = 5;

/** What a rerun still owes and has not seen: a heading and some of it, a line each; none where there is nothing. */
export function outstandingLines(unseen: Unseen | null): readonly string[] {
  const text = outstandingText(unseen);
  if (unseen === null || text === '') return [];
  const examples = unseen.examples.slice(0, maxExamples).map(({ suite, file, test }) => {
    const name = test === null ? (file === '' ? 'the whole suite' : file) : [test.file ?? file, test.name].join('::');
    return `  ${oneLine(name)} (${oneLine(suite)})`;
  });
  const left = unseen.tests + unseen.files - examples.length;
  return [text, ...examples, ...(left > 0 ? [`  and ${left} more`] : [])];
}

/** `1 outstanding test not seen`; empty where there is none. */
export function outstandingText(unseen: Unseen | null): string {
  if (unseen === null) return '';
  const { tests, files } = unseen;
  const parts = [
    ...(tests === 0 ? [] : [plural(tests, 'outstanding test')]),
    ...(files === 0 ? [] : [plural(files, 'outstanding test file')]),
  ];
  return parts.length === 0 ? '' : `${parts.join(' and ')} not seen`;
}
