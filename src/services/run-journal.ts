import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity, Processes, RunJournal } from '../ports.ts';
import type { JournalLine } from './journal-lines.ts';
import { makeStateDir } from '../base/state-dir.ts';

/** What a journal says about its run. */
export interface JournalHead {
  readonly runId: string;
  readonly runner: ProcessIdentity;
  /** Absolute. */
  readonly reportsDir: string | null;
  /** Absolute; to be removed. */
  readonly tmpDir: string | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

export interface OpenJournal extends RunJournal {
  /** The run has ended and left nothing: forgets it. Never throws. */
  close(): void;
}

/** Where the journals of living (and killed) runs are. */
export function journalsDir(stateDir: string): string {
  return join(stateDir, 'runs');
}

/**
 * Opens the journal of this run, one line of JSON per process group: written at once and in one piece, so that it is there after SIGKILL.
 * A disk that cannot be written costs the journal and not the run: `warn` is told once.
 */
export function openJournal(
  head: Omit<JournalHead, 'runner'>,
  options: { readonly stateDir: string; readonly processes: Processes; readonly warn: (message: string) => void },
): OpenJournal {
  const { processes } = options;
  const file = openLines(join(journalsDir(options.stateDir), `${head.runId}.jsonl`), options);
  file.append({ type: 'run', ...head, runner: processes.identify(process.pid) });
  return {
    started: (pid, mark) => file.append({ type: 'group', leader: processes.identify(pid), mark }),
    compose: (project) => file.append({ type: 'compose', project }),
    close: () => file.remove(),
  };
}

interface Lines {
  append(line: JournalLine): void;
  remove(): void;
}

function openLines(
  path: string,
  { stateDir, warn }: { readonly stateDir: string; readonly warn: (message: string) => void },
): Lines {
  let descriptor: number | null = null;
  const giveUp = (error: unknown): void => {
    const problem = error instanceof Error ? error.message : String(error);
    warn(
      `${path} cannot be written (${problem}): should this run be killed, the next one will not know what it had started`,
    );
    close();
  };
  const close = (): void => {
    try {
      if (descriptor !== null) closeSync(descriptor);
    } catch {
      // What is written is written.
    }
    descriptor = null;
  };
  try {
    makeStateDir(stateDir);
    mkdirSync(journalsDir(stateDir), { recursive: true });
    descriptor = openSync(path, 'a', 0o600);
  } catch (error) {
    giveUp(error);
  }
  return {
    append: (line) => {
      if (descriptor === null) return;
      try {
        writeSync(descriptor, `${JSON.stringify(line)}\n`);
      } catch (error) {
        giveUp(error);
      }
    },
    remove: () => {
      close();
      try {
        rmSync(path, { force: true });
      } catch {
        // The next run finds that nothing of it is alive.
      }
    },
  };
}
