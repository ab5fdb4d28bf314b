import { statSync } from 'node:fs';
import { delimiter, isAbsolute, resolve } from 'node:path';

/** What was to be started, and where. */
export interface SpawnAttempt {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The file that the first word of a command means to the child that gets it: absolute; `null` when there is none for which `isWanted`. */
export function findProgram(attempt: SpawnAttempt, isWanted: (path: string) => boolean = () => true): string | null {
  const program = attempt.argv[0] ?? '';
  const folders = program.includes('/') ? [''] : (attempt.env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const path = isAbsolute(program) ? program : resolve(attempt.cwd, folder, program);
    if (program !== '' && isWanted(path) && isFile(path)) return path;
  }
  return null;
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    // In a folder that may not be entered.
    return false;
  }
}
