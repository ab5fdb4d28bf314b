import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readConfigFile } from '../config/read-file.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { followFile } from '../io/follow-file.ts';
import { livingRuns } from '../services/recover.ts';
import type { CommandResult } from './context.ts';
import { load } from './prepare.ts';
import { checkServiceNames, isOf } from './service-names.ts';
import type { ServicesInput } from './services.ts';
import { openState } from './state.ts';
import type { State } from './state.ts';

const shownLines = 200;

/**
 * `runner services logs [names...]`: the end of what services wrote, of those left running, of a run under way, or of the last run.
 *
 * @throws UsageError, ConfigError
 */
export async function servicesLogs({ names, flags, context, signals }: ServicesInput): Promise<CommandResult> {
  const root = dirname(readConfigFile(context.cwd, flags.config ?? null).path);
  const logs = findLogs(root, openState(root, context.env));
  const known = [...logs.keys()].sort();
  const missing = names.filter((name) => !known.some((one) => isOf(one, name)));
  if (missing.length > 0) {
    checkServiceNames(missing, Object.keys((await load(flags, context)).config.services));
    throw new UsageError(
      `${missing.join(', ')}: nothing has been started here yet, so there is no log`,
      `runner services up ${missing.join(' ')} starts it`,
    );
  }
  const wanted = names.length === 0 ? known : known.filter((one) => names.some((name) => isOf(one, name)));
  if (wanted.length === 0) return { text: 'there are no logs of services yet', exitCode: exitCodes.passed };
  const width = Math.max(...wanted.map((name) => name.length));
  const show = (name: string): Promise<void> =>
    followFile(logs.get(name) ?? '', {
      lines: shownLines,
      follow: flags.follow === true,
      onLine: (line) => {
        const label = wanted.length === 1 ? '' : `${name.padEnd(width)} | `;
        context.out.stream.write(`${label}${line}\n`);
      },
      signal: signals.cancel,
    });
  if (flags.follow === true) await Promise.all(wanted.map(show));
  else for (const name of wanted) await show(name);
  return { text: '', exitCode: exitCodes.passed };
}

/** The log of each service: of the copy that is left running, else the one that was written to last. */
function findLogs(root: string, state: State): ReadonlyMap<string, string> {
  const reports = livingRuns(state.dir, state.processes).flatMap(({ reportsDir }) => reportsDir ?? []);
  const folders = [...reports, join(root, 'reports')].map((dir) => join(dir, 'logs', 'services'));
  const paths = [...folders, join(state.dir, 'services')]
    .flatMap((dir) => (existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : []))
    .filter((path) => path.endsWith('.log'))
    .sort((a, b) => writtenAt(a) - writtenAt(b));
  const logs = new Map(paths.map((path) => [basename(path, '.log'), path]));
  for (const { service, logPath } of state.kept.all()) if (logPath !== null) logs.set(service, logPath);
  return logs;
}

function writtenAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
