import { dirname } from 'node:path';
import { findConfigFile, readConfigFile } from '../config/read-file.ts';
import { findWorkspaceRoot } from '../workspace/listing.ts';

/** The folder of the config, or where there is none the one that its tests are looked for in. @throws ConfigError when there are two, or the named one cannot be read */
export function workspaceRoot(cwd: string, file: string | undefined): string {
  const path = file === undefined ? findConfigFile(cwd) : readConfigFile(cwd, file).path;
  return path === null ? findWorkspaceRoot(cwd) : dirname(path);
}
