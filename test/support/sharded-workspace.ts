import { cpSync } from 'node:fs';
import { createRig } from './rig.ts';
import type { Rig } from './rig.ts';

// smoke <- integration, e2e       unit and load stand alone
/** The config of `shardedWorkspace`. */
export const shardedConfig = `
version: 1
project: sharded
workers: 2
suites:
  py: { framework: pytest, files: ['py/**/test_*.py'] }
  web: { framework: vitest, files: ['web/**/*.test.js'] }
  lib: { framework: node, files: ['lib/**/*.test.mjs'] }
  load: { framework: command, command: [sh, -c, 'echo shard $0 of $TEST_TOTAL_SHARDS'], args: ['\${shard.index}'] }
categories:
  smoke: { tests: [{ suite: lib, files: ['lib/smoke/**'] }] }
  unit: { tests: [{ suite: py, files: ['py/unit/**'] }, { suite: web }, { suite: lib, files: ['lib/unit/**'] }] }
  integration: { tests: [{ suite: py, files: ['py/integration/**'] }], dependsOn: [smoke] }
  e2e: { tests: [{ suite: py, files: ['py/e2e/**'] }], dependsOn: [smoke] }
  load: { tests: [{ suite: load }] }
`;

/** Test files of three frameworks, and a command. */
export function shardedWorkspace(): Record<string, string> {
  const files: Record<string, string> = { 'runner.config.yaml': shardedConfig, 'package.json': '{"type":"module"}' };
  for (let index = 0; index < 4; index += 1) {
    for (const part of ['unit', 'integration', 'e2e']) {
      files[`py/${part}/test_${part}_${index}.py`] =
        `import pytest\n@pytest.mark.parametrize("word", ["a<b", "é"])\ndef test_words(word):\n    assert word\n`;
    }
    files[`web/part-${index}.test.js`] = `import { test } from 'vitest';\ntest('web ${index}', () => {});\n`;
    files[`lib/unit/part-${index}.test.mjs`] = `import { test } from 'node:test';\ntest('lib ${index}', () => {});\n`;
  }
  files['lib/smoke/up.test.mjs'] = `import { test } from 'node:test';\ntest('is up', () => {});\n`;
  return files;
}

/** A checkout of its own for one shard, as a CI job has it. */
export async function checkout(files: Readonly<Record<string, string>>, from: Rig): Promise<Rig> {
  const rig = await createRig(files);
  cpSync(from.path('plan.json'), rig.path('plan.json'));
  return rig;
}

/** The files whose paths match. */
export function pick(files: Readonly<Record<string, string>>, matches: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => matches.test(path)));
}
