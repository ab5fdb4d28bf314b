import { expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';

const count = 20_000;

// 320 MB of traces, in the memory of 192 MB.
test('twenty thousand failures with long traces fit into memory, and none is lost', { timeout: 300_000 }, async () => {
  await using rig = await createRig({
    'runner.config.yaml': `
version: 1
project: flood
suites:
  flood: { framework: command, command: [node, flood.mjs], junit: out.xml }
categories:
  unit: { tests: [{ suite: flood }] }
`,
    'flood.mjs': `
import { appendFileSync, writeFileSync } from 'node:fs';
const trace = ('at some line of a long trace'.padEnd(99, '.') + '\\n').repeat(160);
writeFileSync('out.xml', '<testsuite name="flood">');
for (let index = 0; index < ${count}; index += 1) {
  appendFileSync('out.xml', '<testcase classname="c" name="t' + index + '"><failure message="m">' + trace + '</failure></testcase>');
}
appendFileSync('out.xml', '</testsuite>');
process.exit(1);
`,
  });
  const options = { replay: false, env: { NODE_OPTIONS: '--max-old-space-size=192' } };
  const run = await rig.start(options, '--progress', 'none').finished;
  expect(run.exitCode, run.stdout.slice(-2000) + run.stderr).toBe(1);
  expect(run.stdout).toMatch(/20,000 tests: 20,000 failed/);
  expect(run.junit.match(/<testcase /g)).toHaveLength(count);
  expect(run.junit.match(/<failure [^>]*>at some line/g)).toHaveLength(count);
});
