import type { Stats } from 'node:fs';
import { statSync } from 'node:fs';
import { delimiter, isAbsolute, resolve } from 'node:path';

/** What was to be started, and where. */
export interface SpawnAttempt {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The file that the first word of a command means to the child that gets it: absolute; `null` when there is none for which `isWanted`. */
export function findProgram(attempt: SpawnAttempt, isWanted: (file: Stats) => boolean = () => true): string | null {
  const program = attempt.argv[0] ?? '';
  const folders = program.includes('/') ? [''] : (attempt.env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const path = isAbsolute(program) ? program : resolve(attempt.cwd, folder, program);
    const file = program === '' ? null : look(path);
    if (file?.isFile() === true && isWanted(file)) return path;
  }
  return null;
}

function look(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    // In a folder that may not be entered.
    return null;
  }
}
