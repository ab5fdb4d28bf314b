import { resolve } from 'node:path';
import { didYouMean } from '../base/suggest.ts';
import { resolveEnvironmentName } from '../config/environment-name.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { exportHistory } from '../history/export-history.ts';
import { findFlaky } from '../history/flaky.ts';
import { importHistory } from '../history/import-history.ts';
import { readHistory } from '../history/open.ts';
import { listRuns } from '../history/runs.ts';
import type { RunFilter } from '../history/runs.ts';
import { findSlowest } from '../history/slowest.ts';
import type { Database } from '../history/sqlite.ts';
import { readTrends } from '../history/trend.ts';
import type { QuarantineEntry } from '../model/quarantine.ts';
import { makeStateDir, stateDirOf } from '../base/state-dir.ts';
import { wholeNumber } from './check-flags.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { historyUse } from './history-place.ts';
import type { HistoryUse } from './history-place.ts';
import type { HistoryFlags } from './options.ts';
import { load } from './prepare.ts';
import { renderFlaky, renderSuggestions } from './render-flaky.ts';
import { renderRuns, renderSlowest, renderTrends, toJson } from './render-history.ts';
import { trendPage } from './trend-page.ts';
import { trendPath, writeTrend } from './write-trend.ts';

const actions = ['runs', 'slowest', 'flaky', 'trend', 'export', 'import'] as const;

type Action = (typeof actions)[number];

interface HistoryInput {
  readonly action: string;
  /** Of `export` and `import`. */
  readonly file: string | undefined;
  readonly flags: HistoryFlags;
  readonly context: CommandContext;
}

/**
 * `runner history`: what is remembered of earlier runs.
 * @throws UsageError, ConfigError
 */
export async function history(input: HistoryInput): Promise<CommandResult> {
  const action = actions.find((known) => known === input.action);
  if (action === undefined) {
    throw new UsageError(
      `there is no "runner history ${input.action}"${didYouMean(input.action, actions)}`,
      `runner history takes one of: ${actions.join(', ')}`,
    );
  }
  checkHistoryFlags(action, input);
  const { flags, context } = input;
  // Its environment filters; it need not be one that could be run in here.
  const { env, ...others } = flags;
  const loaded = await load(others, context);
  const { root, config } = loaded;
  const use = historyUse(flags.history, { cwd: context.cwd, root, limits: config.settings.history ?? null });
  if (use === null) {
    throw new UsageError(
      'nothing is remembered here: the config says settings.history.enabled: false',
      'name a file with --history',
    );
  }
  if (action === 'import') {
    if (use.owned) makeStateDir(stateDirOf(root));
    return importFrom(use, resolve(context.cwd, input.file ?? ''), flags);
  }
  const names = Object.keys(config.environments);
  const filter: RunFilter = {
    environment: env === undefined ? null : (resolveEnvironmentName(env, names) ?? env),
    last: flags.last === undefined ? defaultLast[action] : wholeNumber('--last', flags.last),
  };
  if (action === 'trend' && flags.html !== undefined) {
    const path = trendPath(flags.html, { cwd: context.cwd, root });
    const pageFilter = flags.last === undefined ? { ...filter, last: defaultPageLast } : filter;
    const look = { filter: pageFilter, project: config.project, quarantine: config.quarantine, now: Date.now() };
    return writeTrend(
      read(use, (db) => trendPage(db, look)),
      path,
      context.cwd,
    );
  }
  if (action === 'export') return exportTo(use, resolve(context.cwd, input.file ?? ''), { filter, flags });
  const limit = flags.limit === undefined ? 20 : wholeNumber('--limit', flags.limit);
  const text = read(use, (db) =>
    show(action, db, { filter, limit, quarantine: config.quarantine, flags, columns: context.out.columns }),
  );
  return { text, exitCode: exitCodes.passed };
}

/** Runs that are looked at where the command line does not say. */
const defaultLast: Readonly<Record<Exclude<Action, 'import'>, number | null>> = {
  runs: 20,
  slowest: 50,
  flaky: null,
  trend: 30,
  export: null,
};

/** A page has room for more. */
const defaultPageLast = 200;

interface Look {
  readonly filter: RunFilter;
  readonly limit: number;
  readonly quarantine: readonly QuarantineEntry[];
  readonly flags: HistoryFlags;
  readonly columns: number;
}

function show(action: Exclude<Action, 'import' | 'export'>, db: Database, look: Look): string {
  const { filter, limit, columns, quarantine } = look;
  const now = Date.now();
  switch (action) {
    case 'runs': {
      const runs = listRuns(db, filter);
      return written(look, runs, () => renderRuns(runs, { columns }));
    }
    case 'slowest': {
      const slowest = findSlowest(db, filter, limit);
      return written(look, slowest, () => renderSlowest(slowest));
    }
    case 'trend': {
      const trends = readTrends(db, filter);
      return written(look, trends, () => renderTrends(trends, { columns }));
    }
    case 'flaky': {
      const report = findFlaky(db, filter, now);
      if (look.flags.suggest === true) return renderSuggestions(report, { quarantine, now });
      return written(look, report, () => renderFlaky(report, { columns, limit, quarantine }));
    }
  }
}

function written({ flags }: Look, value: unknown, render: () => string): string {
  return flags.json === true ? toJson(value) : render();
}

const elsewhere = 'put the file right or aside, or name another one with --history <file>';

/** @throws UsageError when there is no history, or it cannot be read */
function read<T>(use: HistoryUse, work: (db: Database) => T): T {
  const result = readHistory(use, work);
  if (result.kind === 'read') return result.value;
  if (result.kind === 'unusable') throw new UsageError(`the history cannot be read: ${result.problem}`, elsewhere);
  throw new UsageError(
    `nothing is remembered yet: there is no ${use.path}`,
    'runner run makes it; runner history import brings one',
  );
}

function exportTo(
  use: HistoryUse,
  target: string,
  { filter, flags }: { readonly filter: RunFilter; readonly flags: HistoryFlags },
): CommandResult {
  const result = exportHistory(use, filter, target);
  if (result.kind === 'missing') return { text: read(use, () => ''), exitCode: exitCodes.passed };
  if (result.kind === 'unusable') throw new UsageError(`nothing was exported: ${result.problem}`, elsewhere);
  const text =
    flags.json === true
      ? JSON.stringify({ runs: result.value, path: target })
      : `${result.value} runs written to ${target}`;
  return { text, exitCode: exitCodes.passed };
}

async function importFrom(use: HistoryUse, source: string, flags: HistoryFlags): Promise<CommandResult> {
  const notes: string[] = [];
  const result = await importHistory(use, source, { limits: use.limits, told: (note) => notes.push(note) });
  if ('problem' in result) throw new UsageError(`nothing was imported: ${result.problem}`, elsewhere);
  const { added, known } = result;
  const text =
    flags.json === true
      ? JSON.stringify({ added, known, notes })
      : [...notes, `${added} runs added to ${use.path}, ${known} were there already`].join('\n');
  return { text, exitCode: exitCodes.passed };
}

/** @throws UsageError for what this kind of look at the history has no use for */
function checkHistoryFlags(action: Action, { file, flags }: HistoryInput): void {
  const moves = action === 'export' || action === 'import';
  const refuse = (option: string, instead: string): never => {
    throw new UsageError(`runner history ${action} takes no ${option}`, instead);
  };
  if (moves && (file ?? '') === '')
    throw new UsageError(`runner history ${action} needs a file`, `runner history ${action} history.ndjson.gz`);
  if (!moves && file !== undefined) refuse(`word ${JSON.stringify(file)}`, 'only export and import take a file');
  if (flags.history === 'none') refuse('--history none', 'leave it out, or name a file');
  if (flags.suggest === true && action !== 'flaky') refuse('--suggest', 'use it with flaky');
  if (flags.html !== undefined && action !== 'trend') refuse('--html', 'use it with trend');
  if (flags.html !== undefined && flags.json === true) {
    throw new UsageError('--html and --json contradict each other', 'leave one of them out');
  }
  if (flags.suggest === true && flags.json === true) {
    throw new UsageError(
      '--suggest and --json contradict each other',
      'leave --json out: the suggestions are lines for the config',
    );
  }
  if (flags.limit !== undefined && action !== 'slowest' && action !== 'flaky')
    refuse('--limit', 'use --last for the number of runs');
  if (action === 'import' && flags.last !== undefined) refuse('--last', 'everything in the file is imported');
  if (action === 'import' && flags.env !== undefined) refuse('--env', 'everything in the file is imported');
}
