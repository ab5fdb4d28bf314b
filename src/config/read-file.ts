import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';
import type { Discovery } from '../model/discovery.ts';
import type { Path } from './path.ts';
import { placesIn, problemsError } from './source.ts';

const fileNames = ['runner.config.yaml', 'runner.config.yml'] as const;
const mostBytes = 5_000_000;

/** A config file that has been found and read. */
export interface ConfigFile {
  readonly path: string;
  /** What messages call it: relative to the working directory. */
  readonly name: string;
  readonly text: string;
  /** Where a value comes from, of a config that was found and not written; absent = its place in the text. */
  readonly originOf?: (path: Path) => string;
}

/** Makes a config for a workspace that has none. */
export type DiscoverConfig = (cwd: string) => Promise<ConfigFile & { readonly discovery: Discovery }>;

/**
 * Reads the file named, or the nearest `runner.config.yaml` at or above `cwd`.
 *
 * @throws ConfigError when there is none, or it is no text
 */
export function readConfigFile(cwd: string, file: string | null): ConfigFile {
  const path = file === null ? findConfigFile(cwd) : resolve(cwd, file);
  if (path === null) throw new ConfigError([notFound(foldersAbove(cwd))]);
  const name = relative(cwd, path) || path;
  const bytes = read(path, name);
  return { path, name, text: decode(bytes, name) };
}

/** Absolute path of the nearest config at or above `cwd`; `null` = there is none. @throws ConfigError where there are two */
export function findConfigFile(cwd: string): string | null {
  for (const folder of foldersAbove(cwd)) {
    const found = fileNames.filter((fileName) => isFile(join(folder, fileName)));
    if (found.length > 1) throw new ConfigError([`${folder} holds both ${found.join(' and ')}: keep one of them`]);
    if (found[0] !== undefined) return join(folder, found[0]);
  }
  return null;
}

function foldersAbove(cwd: string): readonly string[] {
  const folders = [resolve(cwd)];
  for (let folder = resolve(cwd); folder !== dirname(folder); folder = dirname(folder)) folders.push(dirname(folder));
  return folders;
}

function notFound(searched: readonly string[]): string {
  return `there is no runner.config.yaml; these folders were searched:
${searched.map((folder) => `  ${folder}`).join('\n')}
To begin, let "runner init" write one, or put this into runner.config.yaml at the top of the repository:
  version: 1
  suites:
    backend: { framework: pytest }
  categories:
    unit:
      tests: [{ suite: backend }]`;
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

function read(path: string, name: string): Uint8Array {
  try {
    const stats = statSync(path);
    // Reading a pipe or a device could last for ever.
    if (!stats.isFile()) throw new ConfigError([`${name} is not a file: name a YAML file`]);
    if (stats.size > mostBytes)
      throw new ConfigError([`${name} has ${stats.size} bytes; a config may have ${mostBytes}: name the right file`]);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([`${name} cannot be read: ${readProblem(error)}; --config names another file`]);
  }
}

/** Why a file cannot be read, for a person. */
export function readProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  return error instanceof Error ? error.message : String(error);
}

/**
 * The text of a config file's bytes.
 *
 * @throws ConfigError with the place of the first byte that is no UTF-8 text
 */
export function decode(bytes: Uint8Array, name: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new ConfigError([`${name} is UTF-16: save it as UTF-8`]);
  }
  const wrongByte = firstWrongByte(bytes);
  const text = new TextDecoder('utf-8').decode(bytes);
  const nul = text.indexOf('\0');
  if (wrongByte !== null && (nul === -1 || wrongByte <= nul)) {
    // Streaming leaves out a character that the wrong byte cuts off.
    const before = new TextDecoder('utf-8').decode(bytes.subarray(0, wrongByte), { stream: true });
    throw problemsError([{ place: placesIn(text, name)(before.length), message: 'not UTF-8: save the file as UTF-8' }]);
  }
  if (nul !== -1)
    throw problemsError([{ place: placesIn(text, name)(nul), message: 'a NUL byte: this is not a text file' }]);
  return text;
}

function firstWrongByte(bytes: Uint8Array): number | null {
  if (isUtf8(bytes, false)) return null;
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  return good;
}

function isUtf8(bytes: Uint8Array, mayBeCut: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: mayBeCut });
    return true;
  } catch {
    return false;
  }
}
