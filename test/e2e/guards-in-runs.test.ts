import { existsSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const files = {
  'runner.config.yaml': `
version: 1
suites: { js: { framework: node } }
categories:
  unit: { tests: [{ suite: js, files: ["test/**"] }] }
  conventions: { guards: true }
guards:
  no-foo: { text: bad_call, files: ["src/**"] }
  down: { text: old_way, files: ["src/**"], mode: ratchet }
`,
  'runner.guards.json': '{ "version": 1, "guards": { "down": { "files": { "src/a.js": 1 } } } }\n',
  'src/a.js': 'old_way()\n',
  ...Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((name) => [
      `test/${name}.test.mjs`,
      `import test from 'node:test';\ntest('${name}', () => {});\n`,
    ]),
  ),
};

const guardCases = ({ junit }: CliRun): readonly string[] =>
  [...junit.matchAll(/<testcase classname="guards\.([^"]+)" name="([^"]+)"/g)].map(([, guard, name]) =>
    [guard, name].join(' '),
  );
const quiet = ['--progress', 'none', '-j', '2'];

/** What is remembered of audits, in the file that is named or the workspace's own. */
async function audits(rig: Rig, ...words: readonly string[]): Promise<number> {
  const { stdout } = await rig.runWith({ replay: false }, 'audit', '--history', '--json', ...words);
  return stdout === '' ? 0 : (JSON.parse(stdout) as { audits: unknown[] }).audits.length;
}

describe('guards in a run', () => {
  test('are counted in one shard of several, and one that is violated is red in the merged report', async () => {
    await using rig = await createRig({ ...files, 'src/b.js': 'bad_call()\n' });
    const shards = ['1/3', '2/3', '3/3'];
    const codes: (number | null)[] = [];
    for (const shard of shards) {
      const place = ['--reports', `shard-${shard.slice(0, 1)}`, '--history', 'none'];
      codes.push((await rig.runWith({ replay: false }, '--shard', shard, ...place, ...quiet)).exitCode);
    }
    expect(codes.toSorted()).toEqual([0, 0, 1]);
    const merged = await rig.runWith({ replay: false }, 'merge', 'shard-1', 'shard-2', 'shard-3');
    expect(merged.exitCode, merged.stderr).toBe(1);
    expect(guardCases(merged).toSorted()).toEqual(['down P1', 'no-foo P1 src/b.js']);
    expect(merged.stdout).toContain('6 tests: 5 passed, 1 failed');
    const red = `shard-${codes.indexOf(1) + 1}`;
    expect((await rig.runWith({ replay: false }, 'merge', red)).exitCode).toBe(1);
    expect((await rig.runWith({ replay: false }, 'rerun', red, ...quiet)).exitCode).toBe(1);
  });

  test('are in a shard of a plan wherever that remembers them', async () => {
    await using rig = await createRig(files);
    await rig.runWith({ replay: false }, 'plan', '-c', 'conventions', '--shards', '1', '--out', 'plan.json');
    const shard = ['--plan', 'plan.json', '--shard', '1/1', '--history', 'elsewhere.sqlite'];
    const run = await rig.run(...shard, ...quiet);
    expect([run.exitCode, guardCases(run)], run.stderr).toEqual([0, ['no-foo P1', 'down P1']]);
  });

  test('run again until nothing is violated, wherever that was', async () => {
    await using rig = await createRig({ ...files, 'src/b.js': 'bad_call()\n' });
    const again = async (...words: readonly string[]): Promise<readonly unknown[]> => {
      const run = await rig.run(...words, ...quiet);
      return [run.exitCode, ...guardCases(run)];
    };
    expect(await again()).toEqual([1, 'no-foo P1 src/b.js', 'down P1']);
    expect(await again('--failed')).toEqual([1, 'no-foo P1 src/b.js', 'down P1']);
    rmSync(rig.path('src/b.js'));
    await rig.write({ 'src/c.js': 'old_way()\n' });
    expect(await again('rerun')).toEqual([1, 'no-foo P1', 'down P1 src/c.js']);
    rmSync(rig.path('src/c.js'));
    expect(await again('rerun')).toEqual([0, 'no-foo P1', 'down P1']);
    expect((await rig.runWith({ replay: false }, 'rerun')).stdout).toContain('Nothing is left to rerun: 6 tests');
  });

  test('stay owed while nobody looks for what they found', async () => {
    await using rig = await createRig({ ...files, 'src/b.js': 'bad_call()\n' });
    expect((await rig.run('-c', 'conventions', ...quiet)).exitCode).toBe(1);
    // The folder has moved: what the guard is about cannot be found, and is not gone.
    rmSync(rig.path('src'), { recursive: true });
    const moved = await rig.run('rerun', ...quiet);
    expect([moved.exitCode, guardCases(moved)]).toEqual([1, ['no-foo files', 'down files']]);
    await rig.write({ 'runner.guards.json': '{ "version": 1, "guards": {' });
    expect((await rig.run('rerun', ...quiet)).exitCode).toBe(3);
    await rig.write({ 'runner.guards.json': files['runner.guards.json'], 'src/a.js': '\n' });
    expect((await rig.run('rerun', ...quiet)).exitCode).toBe(0);
  });

  test('are remembered where the run is, and nowhere with --history none', async () => {
    await using rig = await createRig(files);
    const run = (...words: readonly string[]): Promise<CliRun> => rig.run('-c', 'conventions', ...words, ...quiet);
    await run('--history', 'none');
    await run('--history', 'elsewhere.sqlite');
    // An audit that counted the same takes the place of the last one.
    await rig.write({ 'src/a.js': '\n' });
    await rig.runWith({ cwd: 'test' }, '-c', 'conventions', '--history', '../elsewhere.sqlite', ...quiet);
    expect(existsSync(rig.path('.runner/history.sqlite'))).toBe(false);
    await run();
    await rig.runWith({ replay: false }, 'audit', '--remember', 'none');
    expect([await audits(rig, '--remember', 'elsewhere.sqlite'), await audits(rig)]).toEqual([2, 1]);
  });
});
