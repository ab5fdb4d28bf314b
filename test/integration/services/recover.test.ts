import { existsSync, utimesSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProcesses } from '../../../src/io/node-io.ts';
import type { ProcessIdentity } from '../../../src/ports.ts';
import { createKeptStore } from '../../../src/services/kept-store.ts';
import { livingRuns, recoverRuns } from '../../../src/services/recover.ts';
import type { RecoverOptions } from '../../../src/services/recover.ts';
import { openJournal } from '../../../src/services/run-journal.ts';
import { never } from './support.ts';

const processes = createProcesses();
const self = processes.identify(process.pid);
const dead: ProcessIdentity = { ...self, startTime: '1' };
const far: ProcessIdentity = { ...self, host: 'elsewhere' };
let stateDir = '';
let removed: string[] = [];

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'runner-state-'));
  removed = [];
});
afterEach(() => rm(stateDir, { recursive: true }));

function options(over: Partial<RecoverOptions> = {}): RecoverOptions {
  const removeProject = (project: string): Promise<null> => {
    removed.push(project);
    return Promise.resolve(null);
  };
  return { stateDir, processes, kept: createKeptStore(stateDir), graceMs: 1000, kill: never, removeProject, ...over };
}

async function journal(runId: string, runner: ProcessIdentity | null, ...lines: readonly object[]): Promise<string> {
  await mkdir(join(stateDir, 'runs'), { recursive: true });
  const path = join(stateDir, 'runs', `${runId}.jsonl`);
  const head = { type: 'run', runId, runner, reportsDir: null, tmpDir: null, startedAt: 1 };
  await writeFile(
    path,
    [...(runner === null ? [] : [head]), ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  return path;
}

function makeOld(path: string, hours: number): void {
  const at = new Date(Date.now() - hours * 3_600_000);
  utimesSync(path, at, at);
}

describe('recovery', () => {
  it('removes the compose projects of a dead run and forgets it', async () => {
    await journal(
      'run-1',
      dead,
      { type: 'compose', project: 'runner-run-1-a' },
      { type: 'compose', project: 'runner-run-1-a' },
    );
    expect(await recoverRuns(options())).toEqual([
      { runId: 'run-1', ended: ['compose project runner-run-1-a'], problems: [] },
    ]);
    expect(removed).toEqual(['runner-run-1-a']);
    expect(await readdir(join(stateDir, 'runs'))).toEqual([]);
  });

  it('tries again next time what could not be done', async () => {
    await journal('run-1', dead, { type: 'compose', project: 'p' });
    const removeProject = (): Promise<string> => Promise.resolve('docker was not found');
    const [recovery] = await recoverRuns(options({ removeProject }));
    expect(recovery?.problems).toEqual(['compose project p could not be removed: docker was not found']);
    expect(await recoverRuns(options())).toHaveLength(1);
    expect(await recoverRuns(options())).toEqual([]);
  });

  it('leaves a living run alone, and one elsewhere, which it forgets after a day without ending anything of it', async () => {
    await journal('run-1', self, { type: 'compose', project: 'p' });
    const path = await journal('run-2', far, { type: 'compose', project: 'q' });
    expect(await recoverRuns(options())).toEqual([]);
    expect(livingRuns(stateDir, processes).map(({ runId }) => runId)).toEqual(['run-1', 'run-2']);
    makeOld(path, 25);
    expect(livingRuns(stateDir, processes).map(({ runId }) => runId)).toEqual(['run-1']);
    expect(await recoverRuns(options())).toEqual([]);
    expect(existsSync(path)).toBe(false);
    expect(removed).toEqual([]);
  });

  it('gives a journal without a whole first line a moment, then goes by its name', async () => {
    const path = await journal('run-1', null);
    expect(await recoverRuns(options())).toEqual([]);
    makeOld(path, 1);
    expect(await recoverRuns(options())).toEqual([{ runId: 'run-1', ended: [], problems: [] }]);
    expect(existsSync(path)).toBe(false);
  });

  it('removes only a temporary folder that a run could have made', async () => {
    const mine = await mkdtemp(join(tmpdir(), 'runner-'));
    const other = await mkdtemp(join(tmpdir(), 'other-'));
    const inner = join(other, 'runner-abcdef');
    await mkdir(inner);
    try {
      for (const [index, tmpDir] of [mine, other, inner, join(tmpdir(), 'runner-x', '..', 'other')].entries()) {
        const head = { type: 'run', runId: `run-${index}`, runner: dead, reportsDir: null, tmpDir, startedAt: 1 };
        await journal(`run-${index}`, null, head);
      }
      await recoverRuns(options());
      expect([mine, other, inner].map((path) => existsSync(path))).toEqual([false, true, true]);
    } finally {
      await Promise.all([mine, other].map((path) => rm(path, { recursive: true, force: true })));
    }
  });

  it('takes no notice of files that are not journals, or of a folder that is not there', async () => {
    expect(await recoverRuns(options())).toEqual([]);
    await mkdir(join(stateDir, 'runs'));
    await writeFile(join(stateDir, 'runs', 'x y.jsonl'), '{}');
    await writeFile(join(stateDir, 'runs', '.jsonl'), '{}');
    await mkdir(join(stateDir, 'runs', 'folder.jsonl'));
    expect(await recoverRuns(options())).toEqual([]);
  });
});

describe('a journal that is being written', () => {
  it('holds whole lines at any moment, hides its folder from git, and is gone after the end', async () => {
    const warnings: string[] = [];
    const head = { runId: 'run-1', reportsDir: '/r', tmpDir: null, startedAt: 5 };
    const open = openJournal(head, { stateDir, processes, warn: (message) => void warnings.push(message) });
    open.started(process.pid, 'run-1/services/web/1');
    open.compose('p');
    const [run] = livingRuns(stateDir, processes);
    expect(run).toMatchObject({
      runId: 'run-1',
      runner: { pid: process.pid },
      groups: [{ mark: 'run-1/services/web/1' }],
    });
    expect(await readdir(stateDir)).toContain('.gitignore');
    open.close();
    expect(livingRuns(stateDir, processes)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('that cannot be written says so once and does no harm', async () => {
    await rm(stateDir, { recursive: true });
    await writeFile(stateDir, 'a file');
    const warnings: string[] = [];
    const head = { runId: 'run-1', reportsDir: null, tmpDir: null, startedAt: 5 };
    const open = openJournal(head, { stateDir, processes, warn: (message) => void warnings.push(message) });
    open.started(process.pid, 'm');
    open.close();
    expect(warnings).toHaveLength(1);
  });
});
