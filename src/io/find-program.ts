import { statSync } from 'node:fs';
import { delimiter, isAbsolute } from 'node:path';

/** What was to be started, and where. */
export interface SpawnAttempt {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A program that was found. */
export interface FoundProgram {
  /** As the child is to ask for it: a path relative to its working directory stays one. */
  readonly said: string;
  /** Where it is. */
  readonly file: string;
}

/** What the first word of a command means to the child that gets it; `null` when there is no file for which `isWanted`. */
export function findProgram(
  attempt: SpawnAttempt,
  isWanted: (path: string) => boolean = () => true,
): FoundProgram | null {
  for (const said of meanings(attempt)) {
    // Not `resolve`: what is above a folder that is a link, the kernel alone says.
    const path = isAbsolute(said) ? said : `${attempt.cwd}/${said}`;
    if (isWanted(path) && isFile(path)) return { said, file: path };
  }
  return null;
}

function meanings({ argv, env }: SpawnAttempt): readonly string[] {
  const program = argv[0] ?? '';
  if (program === '' || program.includes('/')) return [program];
  return (env['PATH'] ?? withoutPath)
    .split(delimiter)
    .map((folder) => (folder === '' ? program : `${folder}/${program}`));
}

/** Where a C library looks then. */
const withoutPath = '/bin:/usr/bin';

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    // In a folder that may not be entered.
    return false;
  }
}
