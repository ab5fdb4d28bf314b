import { describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';

const config = (framework: string): string => `
version: 1
project: missing
suites: { lib: { framework: ${framework} } }
categories: { unit: { tests: [{ suite: lib }] } }
`;

describe.each([
  ['pytest', 'test_a.py', 'def test_a():\n    pass\n'],
  ['vitest', 'a.test.js', "import { test } from 'vitest';\ntest('a', () => {});\n"],
  ['node', 'a.test.mjs', "import { test } from 'node:test';\ntest('a', () => {});\n"],
])('%s asked for a test that is not there', (framework, file, text) => {
  test.each([
    ['alone', [`${file}::nope`]],
    ['and by a keyword', [`${file}::nope`, '-k', 'nope']],
  ])('%s has run nothing', async (_how, args) => {
    await using rig = await createRig({
      'package.json': '{ "type": "module" }',
      'runner.config.yaml': config(framework),
      [file]: text,
    });
    const run = await rig.run(...args);
    expect(run.exitCode, run.stdout + run.stderr).toBe(4);
    expect(run.junit).not.toContain('<failure');
    expect(run.junit).not.toContain('<error');
  });
});

test('markers that cannot be read are wrong usage, and start nothing', async () => {
  await using rig = await createRig({
    'runner.config.yaml': config('pytest'),
    'test_a.py': 'def test_a():\n    pass\n',
  });
  const run = await rig.runWith({ replay: false }, '--markers', 'slow and');
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('suite lib (pytest): a word is missing at its end');
  expect(run.events).toEqual([]);
});
