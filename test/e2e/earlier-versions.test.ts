import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createProcesses } from '../../src/io/node-io.ts';
import { processesWith } from '../support/processes.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

/** What the first version of each format wrote in this workspace; never made anew. */
const earlier = resolve(import.meta.dirname, '../fixtures/earlier');

describe('what an earlier version wrote', () => {
  test('an event log is merged, told again and rerun', async () => {
    await using rig = await workspace();
    cpSync(`${earlier}/events.jsonl`, rig.path('there/events.jsonl'));
    const merged = await unrepeated(rig, 'merge', 'there', '--reports', 'merged');
    expect(merged.exitCode, merged.stderr).toBe(1);
    expect(casesOf(rig, 'merged')).toEqual(['one', 'two', 'fails', 'passes too', 'passes', 'is skipped'].sort());
    const told = await unrepeated(rig, 'report', 'there', '--format', 'html', 'ctrf', '--out', 'told');
    expect(told.exitCode, told.stderr).toBe(0);
    expect(readdirSync(rig.path('told')).sort()).toEqual(['ctrf.json', 'report.html']);
    const rerun = await rig.run('rerun', 'there');
    expect(rerun.exitCode, rerun.stderr).toBe(1);
    expect(casesOf(rig, 'reports')).toContain('fails');
    expect(casesOf(rig, 'reports')).not.toContain('one');
  });

  test('the shards of a plan file are run, and are all of it', async () => {
    await using rig = await workspace();
    cpSync(`${earlier}/plan.json`, rig.path('plan.json'));
    const first = await rig.run('--plan', 'plan.json', '--shard', '1/2', '--reports', 'all/1');
    expect(first.exitCode, first.stderr).toBe(0);
    const second = await rig.run('--plan', 'plan.json', '--shard', '2/2', '--reports', 'all/2');
    expect(second.exitCode, second.stderr).toBe(1);
    const merged = await unrepeated(rig, 'merge', 'all', '--reports', 'merged');
    expect(merged.exitCode, merged.stderr).toBe(1);
    expect(casesOf(rig, 'merged')).toEqual(expect.arrayContaining(['one', 'passes', 'fails']));
    expect(merged.stdout).not.toContain('missing');
  });

  test('a history is read as it is, goes on with the next run, and an export of it is imported', async () => {
    await using rig = await workspace();
    const history = unpackHistory(rig);
    expect(await runsKnown(rig)).toBe(2);
    expect((await rig.run('--category', 'smoke')).stderr).not.toContain('history');
    expect(await runsKnown(rig)).toBe(3);
    using db = new DatabaseSync(history);
    expect(db.prepare('SELECT count(*) AS tests FROM test_runs').get()).toEqual({ tests: 14 });

    const imported = await unrepeated(
      rig,
      ...['history', 'import', `${earlier}/history.jsonl.gz`, '--history', 'other.sqlite'],
    );
    expect(imported.exitCode, imported.stderr).toBe(0);
    expect(await runsKnown(rig, '--history', 'other.sqlite')).toBe(2);
  });

  test('a chain of reruns goes on', async () => {
    await using rig = await workspace();
    cpSync(`${earlier}/records`, rig.path('.runner/records'), { recursive: true });
    const rerun = await rig.run('rerun');
    expect(rerun.exitCode, rerun.stderr).toBe(1);
    expect(casesOf(rig, 'reports')).toEqual(['fails']);
    await rig.write({ 'tests/b.test.mjs': `import { test } from 'node:test';\ntest('fails', () => {});\n` });
    const green = await rig.run('rerun');
    expect(green.exitCode, green.stdout).toBe(0);
  });

  test.runIf(process.platform === 'linux')('what a killed run had started is ended', async () => {
    await using rig = await workspace();
    const left = spawn('sleep', ['600'], {
      detached: true,
      stdio: 'ignore',
      env: { PATH: '/usr/bin:/bin', LEFT: rig.root },
    });
    const identity = createProcesses().identify(left.pid ?? 0);
    const [head = '', ...groups] = readFileSync(`${earlier}/journal.jsonl`, 'utf8').trimEnd().split('\n');
    const { runId } = JSON.parse(head) as { runId: string };
    // Of this machine, and of a process that lives: those that were written down lived elsewhere and long ago.
    const { host, boot, namespace } = identity;
    const here = (line: string, more: object): object => {
      const written = JSON.parse(line) as { runner?: object; leader?: object };
      const key = written.runner === undefined ? 'leader' : 'runner';
      expect(Object.keys(written[key] ?? {}).sort()).toEqual(Object.keys(identity).sort());
      return { ...written, [key]: { ...written[key], host, boot, namespace, ...more } };
    };
    const lines = [here(head, {}), ...groups.map((line, index) => here(line, index === 0 ? identity : {}))];
    const journal = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    await rig.write({ [`.runner/runs/${runId}.jsonl`]: journal });
    const down = await unrepeated(rig, 'services', 'down');
    expect(down.exitCode, down.stderr).toBe(0);
    expect(down.stdout + down.stderr).toContain(`run ${runId} was killed`);
    expect(processesWith(`LEFT=${rig.root}`)).toEqual([]);
    expect(readdirSync(rig.path('.runner/runs'))).toEqual([]);
  });
});

describe('what a later version wrote is refused with what, where and what to do', () => {
  const later = 'use the version of runner that wrote it, or a later one';

  test('an event log, and a plan file', async () => {
    await using rig = await workspace();
    const log = readFileSync(`${earlier}/events.jsonl`, 'utf8').replace('"format":1', '"format":2');
    const plan = readFileSync(`${earlier}/plan.json`, 'utf8').replace('"format":1', '"format":2');
    await rig.write({ 'there/events.jsonl': log, 'plan.json': plan });
    const isFormat = 'of format 2; this version reads up to format 1';
    for (const args of [
      ['merge', 'there', '--reports', 'merged'],
      ['rerun', 'there'],
      ['compare', 'there', 'there'],
      ['report', 'there', '--format', 'html', '--out', 'told'],
    ]) {
      const refused = await unrepeated(rig, ...args);
      expect(refused, args.join(' ')).toMatchObject({ exitCode: 2, stdout: '' });
      expect(refused.stderr).toMatch(/there\/events\.jsonl:1 /);
      for (const part of [isFormat, later]) expect(refused.stderr).toContain(part);
    }
    const refused = await unrepeated(rig, '--plan', 'plan.json', '--shard', '1/2');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    for (const part of ['--plan plan.json', isFormat, later]) expect(refused.stderr).toContain(part);
  });

  test('a history, which no run depends on, and an export of it', async () => {
    await using rig = await workspace();
    const history = unpackHistory(rig);
    setVersion(history, 99);
    const before = readFileSync(history);
    const run = await rig.run('--category', 'smoke');
    expect(run.exitCode).toBe(0);
    expect(run.stdout + run.stderr).toMatch(/history\.sqlite was written by a later version of runner/);
    const asked = await unrepeated(rig, 'history', 'runs');
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toMatch(/history\.sqlite was written by a later version of runner/);
    expect(readFileSync(history)).toEqual(before);

    const text = gunzipSync(readFileSync(`${earlier}/history.jsonl.gz`)).toString();
    writeFileSync(rig.path('later.jsonl'), gzipSync(text.replace('"version":1', '"version":2')));
    const refused = await unrepeated(rig, 'history', 'import', 'later.jsonl', '--history', 'other.sqlite');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/later\.jsonl was exported by a later version of runner \(format 2/);
  });

  test('what a chain of reruns had begun with', async () => {
    await using rig = await workspace();
    cpSync(`${earlier}/records`, rig.path('.runner/records'), { recursive: true });
    for (const run of readdirSync(rig.path('.runner/records'))) {
      for (const name of readdirSync(rig.path('.runner/records', run)).filter((file) => file.startsWith('ledger'))) {
        const path = rig.path('.runner/records', run, name);
        writeFileSync(path, gzipSync(gunzipSync(readFileSync(path)).toString().replace('"format":1', '"format":2')));
      }
    }
    const refused = await unrepeated(rig, 'rerun');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toMatch(/ledger\.jsonl\.gz is of format 2; this version reads up to format 1/);
    expect(refused.stderr).toContain(later);
  });
});

async function workspace(): Promise<Rig> {
  const rig = await createRig({});
  cpSync(`${earlier}/workspace`, rig.root, { recursive: true });
  return rig;
}

function unrepeated(rig: Rig, ...args: readonly string[]): Promise<CliRun> {
  return rig.runWith({ replay: false }, ...args);
}

function casesOf(rig: Rig, reports: string): readonly string[] {
  const text = readFileSync(rig.path(reports, 'junit.xml'), 'utf8');
  return [...text.matchAll(/<testcase [^>]*?\bname="([^"]*)"/g)].map(([, name = '']) => name).sort();
}

function unpackHistory(rig: Rig): string {
  mkdirSync(rig.path('.runner'), { recursive: true });
  const path = rig.path('.runner/history.sqlite');
  writeFileSync(path, gunzipSync(readFileSync(`${earlier}/history.sqlite.gz`)));
  return path;
}

function setVersion(history: string, version: number): void {
  using db = new DatabaseSync(history);
  db.exec(`PRAGMA user_version = ${version}; PRAGMA journal_mode = DELETE`);
}

async function runsKnown(rig: Rig, ...more: readonly string[]): Promise<number> {
  const run = await unrepeated(rig, 'history', 'runs', '--json', ...more);
  expect(run.exitCode, run.stderr).toBe(0);
  return (JSON.parse(run.stdout) as readonly unknown[]).length;
}
