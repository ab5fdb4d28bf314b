import type { Io } from '../ports.ts';
import type { PreparedProbe, ProbeResult } from './probes/probe.ts';

export interface PollOptions {
  readonly clock: Pick<Io, 'sleep'>;
  readonly startTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Settles with the reason when waiting has become pointless; `null` where nothing is known about the process. */
  readonly exited: Promise<string> | null;
  /** Tries that one probe is given at most; `null` = until the deadline. */
  readonly maxTries: number | null;
  /** The same for tries in a row that found nobody there. */
  readonly maxAbsentTries: number | null;
}

export type PollResult =
  | Exclude<Ending, { readonly kind: 'gave-up' | 'exited' }>
  /** `findings`: one line for each probe with what it found last. */
  | (Extract<Ending, { readonly kind: 'gave-up' | 'exited' }> & { readonly findings: readonly string[] });

type Ending =
  | { readonly kind: 'ready'; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'gave-up'; readonly why: 'deadline' | 'tries' | 'impossible' }
  | { readonly kind: 'exited'; readonly problem: string }
  | { readonly kind: 'cancelled' };

const firstDelayMs = 100;
const factor = 1.5;
/** A try that was cut off after less says nothing about the service. */
const tellingMs = 100;

/**
 * Tries the probes, each at its own pace, until every one has passed once. The end of the process, the deadline and cancellation win at once;
 * a single try is cut off after its own time.
 */
export async function poll(probes: readonly PreparedProbe[], options: PollOptions): Promise<PollResult> {
  if (options.signal.aborted) return { kind: 'cancelled' };
  const over = new AbortController();
  const found = probes.map((): Finding | null => null);
  const note: Watch['note'] = (index, finding) => {
    const before = found[index] ?? null;
    // A try that was cut off tells less than one that was not, but more than that nobody was there.
    if (!over.signal.aborted || before === null || before.absent) found[index] = finding;
  };
  const tries = untilAllPassed(probes, { ...options, over: over.signal, note });
  const contenders: Promise<Ending>[] = [cancelled(options.signal, over.signal), tries, deadline(options, over.signal)];
  if (options.exited !== null) {
    // First, so that a process that has ended is never called ready.
    contenders.unshift(options.exited.then((problem) => ({ kind: 'exited', problem })));
  }
  const ending = await Promise.race(contenders);
  over.abort();
  // A try that is cut off may have a process to end.
  await tries;
  if (ending.kind === 'ready' || ending.kind === 'cancelled') return ending;
  return {
    ...ending,
    findings: probes.map((probe, index) => `${probe.label}: ${found[index]?.problem ?? 'not tried yet'}`),
  };
}

/** Pause after the given try (from 1): 100 ms growing by half each time, up to `maxMs`, shortened by up to a quarter at random. */
export function backOffMs(tries: number, maxMs: number, random: number): number {
  const full = Math.min(maxMs, firstDelayMs * factor ** (tries - 1));
  return Math.round(full * (1 - random / 4));
}

async function deadline({ clock, startTimeoutMs }: PollOptions, over: AbortSignal): Promise<Ending> {
  await clock.sleep(startTimeoutMs, over);
  return { kind: 'gave-up', why: 'deadline' };
}

function cancelled(signal: AbortSignal, over: AbortSignal): Promise<Ending> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'cancelled' }), { once: true, signal: over });
  });
}

interface Finding {
  readonly problem: string;
  readonly absent: boolean;
}

interface Watch extends PollOptions {
  readonly over: AbortSignal;
  readonly note: (index: number, finding: Finding) => void;
}

/** As soon as one probe has given up the others are not waited for: `over` is for all of them. */
async function untilAllPassed(probes: readonly PreparedProbe[], watch: Watch): Promise<Ending> {
  const enough = new AbortController();
  const over = AbortSignal.any([watch.over, enough.signal]);
  const outcomes = await Promise.all(
    probes.map(async (probe, index) => {
      const outcome = await untilPassed(probe, (finding) => watch.note(index, finding), { ...watch, over });
      if (outcome.kind !== 'passed') enough.abort();
      return outcome;
    }),
  );
  if (outcomes.some((outcome) => outcome.kind === 'impossible')) return { kind: 'gave-up', why: 'impossible' };
  if (outcomes.some((outcome) => outcome.kind === 'tries')) return { kind: 'gave-up', why: 'tries' };
  return { kind: 'ready', variables: mergeVariables(outcomes) };
}

function mergeVariables(outcomes: readonly Outcome[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    outcomes.flatMap((outcome) => (outcome.kind === 'passed' ? Object.entries(outcome.variables) : [])),
  );
}

type Outcome =
  | { readonly kind: 'passed'; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'tries' | 'impossible' };

async function untilPassed(probe: PreparedProbe, note: (finding: Finding) => void, watch: Watch): Promise<Outcome> {
  let absent = 0;
  for (let tries = 1; !watch.over.aborted; tries += 1) {
    const { result, isTelling } = await tryOnce(probe, watch);
    if (result.kind === 'passed') {
      note({ problem: 'passed', absent: false });
      return result;
    }
    const isAbsent = result.kind === 'not-yet' && result.absent;
    if (isTelling || tries === 1) note({ problem: result.problem, absent: isAbsent });
    if (result.kind === 'impossible') return result;
    absent = isAbsent ? absent + 1 : 0;
    const enough = tries >= (watch.maxTries ?? Infinity) || absent >= (watch.maxAbsentTries ?? Infinity);
    if (enough) break;
    await watch.clock.sleep(backOffMs(tries, probe.maxDelayMs, Math.random()), watch.over);
  }
  return { kind: 'tries' };
}

async function tryOnce(
  probe: PreparedProbe,
  watch: Watch,
): Promise<{ readonly result: ProbeResult; readonly isTelling: boolean }> {
  const startedAt = performance.now();
  const limit = new AbortController();
  const signal = AbortSignal.any([watch.over, limit.signal]);
  void watch.clock.sleep(probe.tryTimeoutMs, signal).then(() => limit.abort());
  const result = await probe
    .attempt(signal)
    .catch((error: unknown): ProbeResult => ({ kind: 'impossible', problem: String(error) }));
  limit.abort();
  return { result, isTelling: !watch.over.aborted || performance.now() - startedAt >= tellingMs };
}
