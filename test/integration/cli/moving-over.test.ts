import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goneFlags } from '../../../src/commands/old-flags.ts';
import { longName, options } from '../../../src/commands/options.ts';
import { dispatchIn } from '../../support/cli.ts';
import { oldCommandLines, oldFlags } from '../../support/old-command-lines.ts';
import { createRig } from '../../support/rig.ts';
import type { Rig } from '../../support/rig.ts';

const tests = [
  ...['unit/test_parser.py', 'unit/test_websocket_frames.py', 'smoke/test_alive.py', 'mission_critical/test_events.py'],
  ...['integration/test_api.py', 'integration/test_websocket_core.py'],
  ...['e2e/test_golden_path.py', 'e2e/test_websocket_chat.py'],
];
const config = `version: 1
project: moved
suites:
  backend: { framework: pytest, files: ['tests/**/test_*.py'], service: backend }
categories:
  smoke: { tests: [{ suite: backend, files: ['tests/smoke/**'] }] }
  unit: { tests: [{ suite: backend, files: ['tests/unit/**'] }] }
  integration: { tests: [{ suite: backend, files: ['tests/integration/**'] }], dependsOn: [unit], needs: [db] }
  mission_critical: { tests: [{ suite: backend, files: ['tests/mission_critical/**'] }], dependsOn: [] }
  e2e: { tests: [{ suite: backend, files: ['tests/e2e/**'] }], dependsOn: [integration], needs: [db] }
services:
  db: { process: { command: [db] } }
environments:
  local: {}
  staging: {}
layers:
  fast: { categories: [smoke, unit] }
  slow: { categories: [integration, mission_critical, e2e] }
modes:
  fast_feedback: { layers: [fast] }
  nightly: { layers: [fast, slow] }
`;

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({
    'runner.config.yaml': config,
    ...Object.fromEntries(tests.map((file) => [`tests/${file}`, ''])),
  });
});
afterAll(() => rig[Symbol.asyncDispose]());

/** What a run would run, from a file as a run of it writes it: `category/file`, sorted. */
async function planned(words: readonly string[]): Promise<readonly string[]> {
  const taken = words.filter((word) => !/^--(fast-fail|no-fail-fast)$/.test(word));
  const { exitCode, stdout, stderr } = await dispatchIn(rig.root, ['plan', '--json', '--history', 'none', ...taken]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const plan = JSON.parse(stdout) as { readonly tasks: readonly { readonly files: readonly string[] }[] };
  return plan.tasks.flatMap(({ files }) => files.map((file) => file.replace('tests/', ''))).sort();
}

describe('a command line of unified_test_runner.py', () => {
  test('the table has the forty that were written most', () => {
    expect(oldCommandLines).toHaveLength(40);
    expect(new Set(oldCommandLines.map(({ words }) => words)).size).toBe(40);
  });

  const lines = oldCommandLines.map(({ uses, words, outcome }) => [words, uses, outcome] as const);
  test.each(lines.filter(([words, , outcome]) => typeof outcome !== 'string' && words !== '--list-categories'))(
    '"%s" (written %d times) runs what it says',
    async (line, _, outcome) => {
      const words = line.split(' ');
      const dry = await dispatchIn(rig.root, [...words, '--dry-run', '--history', 'none']);
      expect({ exitCode: dry.exitCode, stderr: dry.stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(await planned(words)).toEqual(typeof outcome === 'string' ? outcome : outcome.toSorted());
    },
  );

  test.each(lines.filter(([, , outcome]) => typeof outcome === 'string'))(
    '"%s" (written %d times) is refused with what to write instead',
    async (line, _, instead) => {
      const { exitCode, stdout, stderr } = await dispatchIn(rig.root, line.split(' '));
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(/^error: unknown option --\S+: it was one of unified_test_runner\.py\n {2}/);
      expect(stderr).toContain(`\n  ${String(instead)} (docs/migrating-from-unified-test-runner.md)\n`);
    },
  );

  test('--list-categories lists the categories', async () => {
    const { exitCode, stdout } = await dispatchIn(rig.root, ['--list-categories']);
    expect(exitCode).toBe(0);
    for (const name of ['smoke', 'unit', 'integration', 'mission_critical', 'e2e']) expect(stdout).toContain(name);
  });
});

describe('a flag of unified_test_runner.py', () => {
  const commands = ['--list-categories', '--show-category-stats', '--show-layers'];
  const accepted = new Set(
    options.flatMap((option) => [longName(option), option.flags.slice(0, 2), ...(option.aliases ?? [])]),
  );

  test('is accepted, or refused with what to write instead, and never both', () => {
    const gone = new Set(goneFlags.flatMap(({ flag, short }) => [flag, ...(short === undefined ? [] : [short])]));
    expect(oldFlags.filter((flag) => !accepted.has(flag) && !gone.has(flag) && !commands.includes(flag))).toEqual([]);
    expect([...gone].filter((flag) => accepted.has(flag))).toEqual([]);
  });

  test.each(goneFlags.map((flag) => [flag]))(
    '$flag names its replacement on every command, with and without "="',
    async ({ flag, short, value, instead }) => {
      const written = value === true ? [`${flag} 15`, `${flag}=15`] : [flag];
      const lines = [...written, ...(short === undefined ? [] : [short]), ...written.map((line) => `list ${line}`)];
      for (const line of lines) {
        const { exitCode, stderr } = await dispatchIn(rig.root, line.split(' '));
        expect(stderr).toContain(`  ${instead} (docs/`);
        expect(exitCode).toBe(2);
      }
    },
  );

  test('is a switch where the config says so', async () => {
    await rig.write({ 'own.yaml': `${config}switches: { real-llm: { env: { USE_REAL_LLM: 'true' } } }\n` });
    const { exitCode, stderr } = await dispatchIn(rig.root, [
      '-c',
      'unit',
      '--real-llm',
      '--config',
      'own.yaml',
      '--dry-run',
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  test.each([
    ['--fail-fast-mode first_failure', 0],
    ['--fail-fast-mode=category_failure', 0],
    ['--fail-fast-mode disabled', 0],
    ['--fail-fast-mode smart_adaptive', 2],
  ])('"%s" ends a dry run with %d', async (line, code) => {
    const { exitCode, stderr } = await dispatchIn(rig.root, [...line.split(' '), '--dry-run', '--history', 'none']);
    expect(exitCode).toBe(code);
    if (code === 2) expect(stderr).toContain('Allowed choices are never, first, category, critical');
  });

  test('two categories written with a plus are shown with a comma', async () => {
    const { exitCode, stderr } = await dispatchIn(rig.root, ['--category', 'unit+integration']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('write several with commas: --category unit,integration');
  });
});
