import { resolve } from 'node:path';
import { shellQuote } from '../../base/shell-quote.ts';
import { readHistory } from '../../history/open.ts';
import { deadRuns, livingRuns } from '../../services/recover.ts';
import type { Processes } from '../../ports.ts';
import type { HistoryUse } from '../history-place.ts';
import { reportsStanding, usualReports } from '../reports-dir.ts';
import { openState } from '../state.ts';
import { doubtful, fine, lacking } from './finding.ts';
import type { Finding } from './finding.ts';

/** What earlier runs left: the history, killed runs that nobody cleaned up after, services that were kept and have ended. */
export function checkState(
  root: string,
  history: HistoryUse | null,
  env: Readonly<Record<string, string>>,
): readonly Finding[] {
  const state = openState(root, env);
  const dead = deadRuns(state.dir, state.processes);
  const kept = state.kept.all();
  const gone = kept.filter(
    ({ handle }) => handle.kind === 'process' && state.processes.liveness(handle.leader) === 'gone',
  );
  const names = gone.map(({ service }) => service).join(', ');
  return [
    ...(history === null ? [] : [checkHistory(history)]),
    ...(dead.length === 0
      ? []
      : [doubtful('state', `not cleaned up after a kill: ${dead.join(', ')}`, 'runner services down')]),
    ...(gone.length === 0 ? [] : [doubtful('state', `left running and ended since: ${names}`, 'runner services down')]),
    ...livingRuns(state.dir, state.processes).map(({ runId, runner, reportsDir }) =>
      doubtful(
        'state',
        `run ${runId} is going on (pid ${runner.pid})${reportsDir === null ? '' : `, with reports in ${reportsDir}`}`,
        `wait for it, or kill -INT ${runner.pid}`,
      ),
    ),
    checkReports(root, state.processes),
    ...(dead.length + gone.length === 0 ? [fine('state', `${kept.length} services are left running`)] : []),
  ];
}

function checkReports(root: string, processes: Processes): Finding {
  const path = resolve(root, usualReports);
  const found = reportsStanding(path, processes);
  switch (found.kind) {
    case 'free':
      return fine('reports', path);
    case 'busy': {
      const { runId, process } = found.holder;
      const said = `run ${runId} (pid ${process.pid} on ${process.host}) writes to ${path}; another run goes to a folder in it`;
      return processes.liveness(process) === 'elsewhere'
        ? doubtful('reports', said, `if that run is no more: rm ${shellQuote(found.lock)}`)
        : doubtful('reports', said, `wait for it, or kill -INT ${process.pid}`);
    }
    case 'foreign':
      return lacking(
        'reports',
        `${path} holds ${found.names.join(', ')}, not written by runner`,
        `mv ${shellQuote(path)} ${shellQuote(`${path}.old`)}, or --reports <dir>`,
      );
    case 'unwritable':
      return lacking(
        'reports',
        `${path} cannot be written: ${found.problem}`,
        `chmod u+w ${shellQuote(path)}, or --reports <dir>`,
      );
  }
}

function checkHistory(history: HistoryUse): Finding {
  const read = readHistory(history, (db) => db.prepare('PRAGMA quick_check(1)').all());
  if (read.kind === 'missing') return fine('history', 'nothing is remembered yet');
  if (read.kind === 'unusable')
    return doubtful(
      'history',
      read.problem,
      `mv ${shellQuote(history.path)} ${shellQuote(`${history.path}.old`)}: the next run begins a new one`,
    );
  return JSON.stringify(read.value).includes('"ok"')
    ? fine('history', history.path)
    : doubtful('history', `${history.path} is damaged`, `rm ${shellQuote(history.path)}`);
}
