import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Processes } from '../ports.ts';
import { parseJournal } from './journal-lines.ts';
import type { Journal } from './journal-lines.ts';
import type { KeptStore } from './kept-store.ts';
import { journalsDir } from './run-journal.ts';
import type { JournalHead } from './run-journal.ts';

/** What a killed run had left, and what became of it. */
export interface Recovery {
  readonly runId: string;
  /** Command lines of processes and names of compose projects that were ended. */
  readonly ended: readonly string[];
  /** What could not be done; it is tried again next time. */
  readonly problems: readonly string[];
}

export interface RecoverOptions {
  readonly stateDir: string;
  readonly processes: Processes;
  readonly kept: KeptStore;
  readonly graceMs: number;
  readonly kill: AbortSignal;
  /** Removes the containers of a project; resolves to what went wrong, or `null`. */
  readonly removeProject: (project: string) => Promise<string | null>;
}

/** A run of this checkout that is under way. */
export interface LivingRun extends JournalHead {
  readonly groups: Journal['groups'];
}

/** Marks of what is kept begin so: no sweep of a run may find them. */
export function keptRunId(runId: string): string {
  return `kept-${runId}`;
}

/** Ends what the runs of this checkout have left that were killed before they could; runs that live are left alone. */
export async function recoverRuns(options: RecoverOptions): Promise<readonly Recovery[]> {
  const journals = readJournals(options.stateDir).map((found) => ({
    found,
    standing: standingOf(found, options.processes),
  }));
  const recoveries = journals
    .filter(({ standing }) => standing === 'dead')
    .map(({ found }) => recoverRun(found, options));
  for (const { found, standing } of journals) if (standing === 'lost') forget(found.path);
  return Promise.all(recoveries);
}

/** The runs of this checkout that are under way; one on another machine or in another container counts for a day after it last started something. */
export function livingRuns(stateDir: string, processes: Processes): readonly LivingRun[] {
  return readJournals(stateDir).flatMap((found) => {
    const { head, groups } = found.journal;
    return head === null || standingOf(found, processes) !== 'living' ? [] : [{ ...head, groups }];
  });
}

/** Ids of the runs of this checkout that were killed and have not been cleaned up after. */
export function deadRuns(stateDir: string, processes: Processes): readonly string[] {
  return readJournals(stateDir).flatMap((found) => (standingOf(found, processes) === 'dead' ? [found.runId] : []));
}

/** Absolute reports folders of the runs of this checkout that are under way or were killed. */
export function journalledReports(stateDir: string): readonly string[] {
  return readJournals(stateDir).flatMap(({ journal }) => journal.head?.reportsDir ?? []);
}

interface Found {
  readonly runId: string;
  readonly path: string;
  readonly journal: Journal;
}

function readJournals(stateDir: string): readonly Found[] {
  const dir = journalsDir(stateDir);
  return listOrNone(dir).flatMap((name) => {
    const path = join(dir, name);
    const runId = name.slice(0, -'.jsonl'.length);
    // The name becomes part of what processes are found by.
    if (!name.endsWith('.jsonl') || !/^[\w.-]+$/.test(runId)) return [];
    try {
      return [{ runId, path, journal: parseJournal(readFileSync(path, 'utf8')) }];
    } catch {
      return [];
    }
  });
}

/** The first line of a journal that was opened just now may not be written yet. */
const youngMs = 10_000;
const elsewhereMs = 24 * 60 * 60 * 1000;

/** `lost`: it was elsewhere and has not been heard of for so long that nothing of it can be known, or ended, from here. */
function standingOf({ path, journal }: Found, processes: Processes): 'living' | 'dead' | 'lost' {
  const writtenAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  const ageMs = Date.now() - writtenAt;
  if (journal.head === null) return ageMs > youngMs ? 'dead' : 'living';
  switch (processes.liveness(journal.head.runner)) {
    case 'alive':
      return 'living';
    case 'gone':
      return 'dead';
    case 'elsewhere':
      return ageMs > elsewhereMs ? 'lost' : 'living';
  }
}

async function recoverRun({ runId, path, journal }: Found, options: RecoverOptions): Promise<Recovery> {
  const kept = options.kept.all();
  const keptProjects = kept.flatMap(({ handle }) => (handle.kind === 'compose' ? [handle.project] : []));
  const processes = options.processes.end(
    {
      groups: journal.groups,
      markPrefixes: [`${runId}/`, `${keptRunId(runId)}/`],
      spare: kept.flatMap(({ handle }) => (handle.kind === 'process' ? [handle.mark] : [])),
    },
    { signal: 'SIGTERM', graceMs: options.graceMs, kill: options.kill },
  );
  const projects = journal.projects.filter((project) => !keptProjects.includes(project));
  const removals = await Promise.all(
    projects.map(async (project) => ({ project, problem: await options.removeProject(project) })),
  );
  const { ended, complete } = await processes;
  const problems = [
    ...(complete ? [] : ['not all of its processes could be ended']),
    ...removals.flatMap(({ project, problem }) =>
      problem === null ? [] : [`compose project ${project} could not be removed: ${problem}`],
    ),
    ...(await removeTmpDir(journal.head?.tmpDir ?? null)),
  ];
  if (problems.length === 0) problems.push(...forget(path));
  const removed = removals.flatMap(({ project, problem }) => (problem === null ? [`compose project ${project}`] : []));
  return { runId, ended: [...ended, ...removed], problems };
}

/** Only a folder that could have been made by a run: a file must not be able to name any other. */
async function removeTmpDir(path: string | null): Promise<readonly string[]> {
  if (path === null || dirname(path) !== tmpdir() || !basename(path).startsWith('runner-')) return [];
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
    return [];
  } catch (error) {
    return [`${path} could not be removed: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function forget(path: string): readonly string[] {
  try {
    rmSync(path, { force: true });
    return [];
  } catch (error) {
    return [`${path} could not be removed: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function listOrNone(dir: string): readonly string[] {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
}
