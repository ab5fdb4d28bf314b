import { readHistory } from '../../history/open.ts';
import { deadRuns } from '../../services/recover.ts';
import type { HistoryUse } from '../history-place.ts';
import { openState } from '../state.ts';
import { doubtful, fine } from './finding.ts';
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
    ...(dead.length + gone.length === 0 ? [fine('state', `${kept.length} services are left running`)] : []),
  ];
}

function checkHistory(history: HistoryUse): Finding {
  const read = readHistory(history, (db) => db.prepare('PRAGMA quick_check(1)').all());
  if (read.kind === 'missing') return fine('history', 'nothing is remembered yet');
  if (read.kind === 'unusable') return doubtful('history', read.problem, 'the next run begins a new one');
  return JSON.stringify(read.value).includes('"ok"')
    ? fine('history', history.path)
    : doubtful('history', `${history.path} is damaged`, `rm ${history.path}`);
}
