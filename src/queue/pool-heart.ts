import type { CancelReason } from '../model/outcome.ts';
import type { Held, PoolState, Trouble } from './pool-state.ts';

const progressEveryMs = 10_000;

/** Renews what is held, and tells how the build and this machine are. Never rejects. */
export async function beat(
  state: PoolState,
  { trouble, left }: { readonly trouble: Trouble; readonly left: string | null },
): Promise<void> {
  const { queue, worker, slots, leaseMs } = state.options;
  if (state.broken.signal.aborted) return;
  const hung = setTimeout(() => queue.reconnect(), Math.max(leaseMs, 1000));
  try {
    await Promise.all([...state.held.values()].map((held) => renew(state, held)));
    const running = [...state.held.keys()];
    const { accepted, failed } = state;
    await queue.tell({ worker, slots, running, done: accepted.size, failed, leaseMs, left });
    await queue.touch();
    if (left === null) await tellProgress(state);
    trouble.over();
  } catch (error) {
    await trouble.note(error);
  } finally {
    clearTimeout(hung);
  }
}

async function renew(state: PoolState, held: Held): Promise<void> {
  if (await held.claim.renew()) return;
  // While it was asked, the result may have been accepted.
  if (state.held.get(held.task.id) !== held) return;
  const reason: CancelReason = { kind: 'lease-lost' };
  held.lost.abort(reason);
}

async function tellProgress(state: PoolState): Promise<void> {
  const { queue, tasks, emit, leaseMs } = state.options;
  const { done, running } = await queue.counts();
  const now = performance.now();
  const isNews = `${done}` !== state.told;
  if (!isNews || now - state.toldAt < progressEveryMs) return;
  const workers = (await queue.workers()).filter(
    ({ left, silentMs }) => left === null && silentMs < 2 * leaseMs + 1000,
  );
  [state.told, state.toldAt, state.done] = [`${done}`, now, Math.max(done, state.done)];
  emit({ type: 'queue-progress', total: tasks.length, done, running, workers: workers.length });
}
