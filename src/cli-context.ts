import { readFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { createAttention } from './attention.ts';
import type { CommandContext } from './commands/context.ts';

/** What the process is, as commands see it, with no words of a command line yet. */
export function readContext(): CommandContext {
  const packageJson: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version =
    typeof packageJson === 'object' && packageJson !== null && 'version' in packageJson
      ? String(packageJson.version)
      : '';
  return {
    cwd: process.cwd(),
    env: Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    version,
    out: {
      stream: process.stdout,
      isTty: process.stdout.isTTY,
      columns: process.stdout.columns || Number(process.env['COLUMNS'] ?? 0) || logColumns,
    },
    attention: createAttention(),
    program: startingWords(),
    extraArgs: [],
    switches: [],
  };
}

/** Commands that a person is to paste must start this program, however it is installed. */
function startingWords(): readonly string[] {
  const script = process.argv[1] ?? '';
  if (basename(script) === 'runner') {
    // On the PATH of npm's children, but not on that of the shell that started npm.
    return basename(dirname(script)) === '.bin' ? ['npx', 'runner'] : ['runner'];
  }
  const nearby = relative(process.cwd(), script);
  return [process.argv0, nearby.length < script.length ? nearby : script];
}

/** A log is read in a browser or a pager, so its lines may be longer than a terminal's. */
const logColumns = 160;
