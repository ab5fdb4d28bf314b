import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fix, once, project, ranIn, runIdOf, tests } from '../support/rerun-project.ts';
import { createRig } from '../support/rig.ts';

describe('the run to rerun', () => {
  test.each([
    ['a folder', 'download'],
    ['an event log', 'download/events.jsonl'],
    ['a zip archive', 'artifact.zip'],
    ['a zip archive of a folder above it', 'nested.zip'],
    ['a compressed tar archive', 'artifact.tgz'],
  ])('may be %s from another machine', async (_what, word) => {
    await using there = await createRig(project);
    await there.run();
    fix(there, 'bad1');
    expect((await there.run('rerun')).exitCode).toBe(1);
    await using here = await createRig(project);
    cpSync(there.path('reports'), here.path('download'), { recursive: true });
    const python = (code: string): Buffer => execFileSync('python3', ['-c', code], { cwd: here.root });
    if (word === 'artifact.zip') python('import shutil; shutil.make_archive("artifact", "zip", "download")');
    if (word === 'nested.zip') python('import shutil; shutil.make_archive("nested", "zip", ".", "download")');
    if (word === 'artifact.tgz') execFileSync('tar', ['-czf', word, '-C', 'download', '.'], { cwd: here.root });
    if (!word.startsWith('download')) rmSync(here.path('download'), { recursive: true });
    fix(here, 'bad1', 'bad2', 'load');
    const run = await here.run('rerun', word);
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(ranIn(here)).toEqual(['bad2', 'load']);
  });

  test('may not bring words from another machine that change what is started here', async () => {
    await using there = await createRig(project);
    const evil = 'suites.load.command=[sh, -c, "echo owned > owned.txt"]';
    await there.runWith(once, '--set', 'suites.load.args=[x]');
    const log = there.path('reports/events.jsonl');
    const text = readFileSync(log, 'utf8').replace(
      '--set=suites.load.args=[x]',
      `--set=${evil.replaceAll('"', '\\"')}`,
    );
    await using here = await createRig(project);
    await here.write({ 'download/events.jsonl': text });
    const refused = await here.runWith(once, 'rerun', 'download');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain(`'--set=${evil}'`);
    fix(here, 'bad1', 'bad2', 'load');
    const own = await here.run('rerun', 'download', '--set', 'project=mine');
    expect(own.exitCode, own.stdout + own.stderr).toBe(0);
    expect(existsSync(here.path('owned.txt'))).toBe(false);

    await there.run('--set', 'project=mine', '--', '-q');
    const mine = await there.run('rerun', 'reports');
    expect(mine.events[0]).toMatchObject({ given: { options: ['--set=project=mine'], extraArgs: ['-q'] } });
  });

  test('is the last one, by its id or the beginning of that', async () => {
    await using rig = await createRig(project);
    const none = await rig.runWith(once, 'rerun');
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain('no run is recorded here');
    const id = runIdOf(await rig.run());
    expect((await rig.run('rerun', id.slice(0, -2))).exitCode).toBe(1);
    const many = await rig.runWith(once, 'rerun', '2');
    expect(many.exitCode).toBe(2);
    expect(many.stderr).toMatch(/2 recorded runs begin with 2/);
    const unknown = await rig.runWith(once, 'rerun', 'nope');
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('"nope" is neither a path nor a recorded run');
  });

  test('is refused when it is of a later format, damaged, or holds no run', async () => {
    await using rig = await createRig(project);
    const id = runIdOf(await rig.run());
    const record = rig.path('.runner/records', id, 'events.jsonl.gz');
    const text = gunzipSync(readFileSync(record)).toString();
    const refusal = async (word: string): Promise<string> => {
      const run = await rig.runWith(once, 'rerun', word);
      expect(run.exitCode, run.stderr).toBe(2);
      return run.stderr;
    };
    writeFileSync(record, gzipSync(text.replace('"format":1', '"format":2')));
    expect(await refusal(id)).toContain('is an event log of format 2; this version reads up to format 1');
    writeFileSync(record, gzipSync(text).subarray(0, 200));
    expect(await refusal(id)).toMatch(/cannot be read: unexpected end of file/);
    await rig.write({ 'torn.zip': 'PK\x03\x04 and nothing', 'empty/events.jsonl': '', 'empty/note.txt': '' });
    expect(await refusal('torn.zip')).toContain('torn.zip cannot be unpacked');
    expect(await refusal('empty')).toContain('empty holds no run');
    execFileSync('python3', ['-c', 'import zipfile; zipfile.ZipFile("other.zip", "w").writestr("a.txt", "x")'], {
      cwd: rig.root,
    });
    expect(await refusal('other.zip')).toContain('other.zip holds neither events.jsonl nor junit.xml');
  });

  test('keeps its record where the reports go elsewhere, and a record that cannot be kept fails no run', async () => {
    await using rig = await createRig(project);
    await rig.runWith(once, '--reports', 'elsewhere');
    ranIn(rig);
    fix(rig, 'bad1', 'bad2', 'load');
    await rig.write({ '.runner/records-note': '' });
    const run = await rig.run('rerun');
    expect(run.exitCode, run.stdout).toBe(0);
    expect(ranIn(rig)).toEqual(['bad1', 'bad2', 'load']);
    rmSync(rig.path('.runner/records'), { recursive: true });
    await rig.write({ '.runner/records': 'in the way' });
    const kept = await rig.run();
    expect(kept.exitCode, kept.stdout).toBe(0);
    expect(kept.stdout).toContain('this run cannot be kept');
  });
});

describe('a shard', () => {
  const sharded = { ...project, 'tests/test_b.py': tests('good2', 'bad3'), 'tests/test_c.py': tests('bad4') };

  test('is rerun without what the others were to run, also by a rerun of that', async () => {
    await using rig = await createRig(sharded);
    expect((await rig.run('--category', 'unit', '--shard', '1/2', '--history', 'none')).exitCode).toBe(1);
    const first = ranIn(rig);
    expect((await rig.run('--category', 'unit', '--shard', '2/2', '--history', 'none')).exitCode).toBe(1);
    const second = ranIn(rig);
    expect([...first, ...second].toSorted()).toEqual(['bad1', 'bad2', 'bad3', 'bad4', 'good1', 'good2']);
    const bad = second.filter((name) => name.startsWith('bad'));
    expect((await rig.run('rerun')).exitCode).toBe(1);
    expect(ranIn(rig)).toEqual(bad);
    fix(rig, ...bad);
    expect((await rig.run('rerun')).exitCode).toBe(0);
    expect(ranIn(rig)).toEqual(bad);
    expect((await rig.runWith(once, 'rerun')).exitCode).toBe(0);
  });

  test('is rerun with the others from the folder that holds all of them', async () => {
    await using here = await createRig(sharded);
    for (const index of [1, 2]) {
      await using there = await createRig(sharded);
      await there.run('--category', 'unit', '--shard', `${index}/2`);
      cpSync(there.path('reports'), here.path('all', `shard-${index}`), { recursive: true });
    }
    fix(here, 'bad1', 'bad2');
    const run = await here.run('rerun', 'all');
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(ranIn(here)).toEqual(['bad1', 'bad2', 'bad3', 'bad4']);
    cpSync(here.path('all/shard-1'), here.path('all/other'), { recursive: true });
    await here.run('--category', 'unit', '--reports', 'all/third');
    const mixed = await here.runWith(once, 'rerun', 'all');
    expect(mixed.exitCode).toBe(2);
    expect(mixed.stderr).toContain('which are not the shards of one');
  });
});

test('of a log that is damaged all runs again, and nothing is said to be no worse', async () => {
  await using rig = await createRig(project);
  const first = runIdOf(await rig.run());
  ranIn(rig);
  const lines = readFileSync(rig.path('reports/events.jsonl'), 'utf8').replaceAll(first, '20260101-000000-aaaaaa');
  const damaged = lines.replace(/("test-finished".*?"name":"test_bad1".*?"durationMs":)[\d.]+/, '$1null');
  expect(damaged).not.toBe(lines);
  await rig.write({ 'damaged/events.jsonl': damaged });
  const compared = await rig.runWith(once, 'compare', first, 'damaged', '--fail-on', 'new');
  expect(compared.exitCode, compared.stdout).toBe(5);
  expect(compared.stdout).toMatch(/events\.jsonl is damaged: line \d+ is no event/);
  fix(rig, 'bad2', 'load');
  const run = await rig.run('rerun', 'damaged');
  expect(run.exitCode, run.stdout + run.stderr).toBe(1);
  expect(run.stdout).toMatch(/damaged is damaged: in events\.jsonl line \d+ is no event/);
  expect(ranIn(rig)).toEqual(['bad1', 'bad2', 'good1', 'good2', 'load']);
  // A run that was killed before it could be recorded.
  await rig.write({ 'reports/events.jsonl': damaged });
  const killed = await rig.runWith(once, 'rerun', '20260101-000000-aaaaaa');
  expect(killed.exitCode, killed.stdout + killed.stderr).toBe(1);
  expect(ranIn(rig)).toEqual(['bad1', 'bad2', 'good1', 'good2', 'load']);
});

test('two runs at once are both recorded', async () => {
  await using rig = await createRig(project);
  const runs = await Promise.all([rig.start(once).finished, rig.start(once).finished]);
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([1, 1]);
  const listed = await rig.runWith(once, 'rerun', '2');
  expect(listed.stderr).toContain('2 recorded runs begin with 2');
  expect(existsSync(rig.path('.runner/.gitignore'))).toBe(true);
});
