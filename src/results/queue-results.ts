import type { RunEvent } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';

/** What one event log tells of one time that a task of a queue was claimed. */
export interface QueueResult {
  /** With the worker that had it. */
  readonly task: Task;
  readonly lease: string;
  /** It comes from the log of the machine itself; else another one has fetched it from the queue. */
  readonly isOwn: boolean;
  /** `null` = it did not end. */
  readonly outcome: Outcome | null;
  /** The queue has taken it for the result of the task. */
  readonly isAccepted: boolean;
  readonly isNarrowed: boolean;
  /** Of which a test was reported. */
  readonly files: ReadonlySet<string>;
}

/** Collects what a log tells of claimed tasks. */
export interface QueueResults {
  apply(event: RunEvent): void;
  /** By lease. */
  readonly found: ReadonlyMap<string, QueueResult>;
}

interface Open {
  task: Task;
  lease: string;
  isOwn: boolean;
  outcome: Outcome | null;
  isAccepted: boolean;
  isNarrowed: boolean;
  files: Set<string>;
}

/** Starts with nothing. Holds tasks and names of files, no tests. */
export function createQueueResults(): QueueResults {
  const found = new Map<string, Open>();
  const current = new Map<string, Open>();
  let self = '';
  const apply = (event: RunEvent, from: { readonly worker: string; readonly isOwn: boolean }): void => {
    if (event.type === 'task-claimed') {
      const task = { ...event.planned, worker: from.worker };
      const own = { isOwn: from.isOwn, outcome: null, isAccepted: false, isNarrowed: false, files: new Set<string>() };
      const open = { task, lease: event.lease, ...own };
      found.set(event.lease, open);
      current.set(`${from.isOwn} ${event.task}`, open);
      return;
    }
    const open = 'task' in event ? current.get(`${from.isOwn} ${event.task}`) : undefined;
    if (open === undefined) return;
    if (event.type === 'attempt-started') open.isNarrowed ||= event.narrowed === true;
    else if (event.type === 'test-finished' && event.test.id.file !== null) open.files.add(event.test.id.file);
    else if (event.type === 'task-finished')
      [open.outcome, open.isAccepted] = [event.outcome, event.lease === open.lease];
  };
  return {
    found,
    apply(event) {
      if (event.type === 'run-started') self = event.queue?.worker ?? '';
      else if (event.type === 'elsewhere') apply(event.event, { worker: event.worker, isOwn: false });
      else apply(event, { worker: self, isOwn: true });
    },
  };
}

/**
 * The one result of a task that counts, of all that is told of it; `null` = there is none. What the queue has accepted comes before what nobody
 * could be told of. A server that has lost data accepts a second one: then the worse counts.
 */
export function countedResult(results: readonly QueueResult[]): QueueResult | null {
  const ended = results.filter(({ outcome }) => outcome !== null && outcome.kind !== 'cancelled');
  const accepted = ended.filter(({ isAccepted }) => isAccepted);
  const candidates = accepted.length > 0 ? accepted : ended;
  const [first] = candidates.toSorted(byWeight);
  return first ?? null;
}

/** A failure before a pass, the machine's own log before a copy of it, and equal wherever it is asked. */
function byWeight(a: QueueResult, b: QueueResult): number {
  const rank = ({ outcome, isOwn }: QueueResult): number => (outcome?.kind === 'passed' ? 2 : 0) + (isOwn ? 0 : 1);
  return rank(a) - rank(b) || (a.lease < b.lease ? -1 : 1);
}
