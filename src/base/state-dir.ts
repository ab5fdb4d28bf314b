import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where runner keeps what has to outlive a run, below the folder of the config. */
export function stateDirOf(root: string): string {
  return join(root, '.runner');
}

/** Makes the folder, invisible to git. @throws the file system's error */
export function makeStateDir(stateDir: string): void {
  mkdirSync(stateDir, { recursive: true });
  const ignore = join(stateDir, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
}
