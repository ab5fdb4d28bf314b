import { describe, expect, it } from 'vitest';
import { backOffMs, poll } from '../../../src/services/poll.ts';
import type { PollOptions } from '../../../src/services/poll.ts';
import { notYet, passed } from '../../../src/services/probes/probe.ts';
import type { PreparedProbe, ProbeResult } from '../../../src/services/probes/probe.ts';

const absent: ProbeResult = { kind: 'not-yet', problem: 'nobody', absent: true };

/** A clock on which time passes only when everybody sleeps; remembers how long each slept. */
function virtualClock(): { readonly clock: PollOptions['clock']; readonly slept: number[] } {
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  const slept: number[] = [];
  let nowMs = 0;
  let scheduled = false;
  const advance = (): void => {
    scheduled = false;
    const next = [...sleepers].sort((one, other) => one.at - other.at)[0];
    if (next === undefined) return;
    nowMs = next.at;
    next.wake();
    schedule();
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(advance);
  };
  return {
    slept,
    clock: {
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal.aborted) {
            resolve();
            return;
          }
          slept.push(ms);
          const sleeper = {
            at: nowMs + ms,
            wake: () => {
              sleepers.delete(sleeper);
              resolve();
            },
          };
          sleepers.add(sleeper);
          signal.addEventListener('abort', sleeper.wake, { once: true });
          schedule();
        }),
    },
  };
}

/** A probe that answers as told, the last answer for ever; `null` = not before it is cut off. */
function probe(
  label: string,
  answers: readonly (ProbeResult | null)[],
): PreparedProbe & { readonly asked: () => number } {
  let asked = 0;
  return {
    label,
    tryTimeoutMs: 2000,
    maxDelayMs: 8000,
    asked: () => asked,
    attempt: (signal) => {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? null;
      asked += 1;
      if (answer !== null) return Promise.resolve(answer);
      return new Promise((resolve) => {
        if (signal.aborted) resolve(notYet('cut off'));
        else signal.addEventListener('abort', () => resolve(notYet('cut off')), { once: true });
      });
    },
  };
}

function options(over: Partial<PollOptions> = {}): PollOptions {
  return {
    clock: virtualClock().clock,
    startTimeoutMs: 60_000,
    signal: new AbortController().signal,
    exited: null,
    maxTries: null,
    maxAbsentTries: null,
    ...over,
  };
}

describe('poll', () => {
  it('is ready when every probe has passed once, and asks none again that has', async () => {
    const early = probe('early', [passed({ a: '1' })]);
    const late = probe('late', [absent, notYet('soon'), passed({ b: '2' })]);
    expect(await poll([early, late], options())).toEqual({ kind: 'ready', variables: { a: '1', b: '2' } });
    expect([early.asked(), late.asked()]).toEqual([1, 3]);
  });

  it('is ready at once without probes', async () => {
    expect(await poll([], options())).toEqual({ kind: 'ready', variables: {} });
  });

  it('gives up at the deadline with what each probe found last', async () => {
    const result = await poll([probe('one', [passed()]), probe('two', [absent, notYet('HTTP 503')])], options());
    expect(result).toEqual({ kind: 'gave-up', why: 'deadline', findings: ['one: passed', 'two: HTTP 503'] });
  });

  it('cuts off a try that hangs, and tries again', async () => {
    const hanging = probe('http', [null, null, passed()]);
    expect((await poll([hanging], options())).kind).toBe('ready');
    expect(hanging.asked()).toBe(3);
  });

  it('gives up at once on what cannot pass, without waiting for the others', async () => {
    const impossible = probe('command', [{ kind: 'impossible', problem: 'no such program' }]);
    const result = await poll([probe('http', [null]), impossible], options());
    expect(result).toMatchObject({
      kind: 'gave-up',
      why: 'impossible',
      findings: ['http: cut off', 'command: no such program'],
    });
  });

  it('treats an exception of a probe as something that cannot pass', async () => {
    const broken: PreparedProbe = { ...probe('log', []), attempt: () => Promise.reject(new Error('bug')) };
    expect(await poll([broken], options())).toMatchObject({
      kind: 'gave-up',
      why: 'impossible',
      findings: ['log: Error: bug'],
    });
  });

  it('lets the end of the process win over everything, even over a probe that passes', async () => {
    const result = await poll([probe('http', [passed()])], options({ exited: Promise.resolve('exited with code 1') }));
    expect(result).toMatchObject({ kind: 'exited', problem: 'exited with code 1' });
  });

  it('lets cancellation win at once', async () => {
    const cancel = new AbortController();
    const pending = poll([probe('http', [null])], options({ signal: cancel.signal }));
    cancel.abort();
    expect(await pending).toEqual({ kind: 'cancelled' });
    const late = probe('http', [passed()]);
    expect(await poll([late], options({ signal: cancel.signal }))).toEqual({ kind: 'cancelled' });
    expect(late.asked()).toBe(0);
  });

  it('counts tries, and those in a row that found nobody', async () => {
    const busy = probe('http', [notYet('HTTP 503')]);
    expect(await poll([busy], options({ maxTries: 1 }))).toMatchObject({
      kind: 'gave-up',
      why: 'tries',
      findings: ['http: HTTP 503'],
    });
    const flapping = probe('http', [absent, absent, notYet('up'), absent, absent, absent]);
    expect(await poll([flapping], options({ maxAbsentTries: 3 }))).toMatchObject({ kind: 'gave-up', why: 'tries' });
    expect([busy.asked(), flapping.asked()]).toEqual([1, 6]);
  });

  it('sleeps longer and longer, up to 8 s', async () => {
    const { clock, slept } = virtualClock();
    await poll([probe('http', [notYet('no')])], options({ clock, startTimeoutMs: 120_000 }));
    const pauses = slept.filter((ms) => ms !== 120_000 && ms !== 2000);
    expect(pauses[0]).toBeLessThanOrEqual(100);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(8000);
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(6000);
  });
});

describe('backOffMs', () => {
  it.each([
    { tries: 1, random: 0, expected: 100 },
    { tries: 1, random: 1, expected: 75 },
    { tries: 2, random: 0, expected: 150 },
    { tries: 5, random: 0, expected: 506 },
    { tries: 12, random: 0, expected: 8000 },
    { tries: 5000, random: 0.5, expected: 7000 },
  ])('is $expected ms after try $tries with $random', ({ tries, random, expected }) => {
    expect(backOffMs(tries, 8000, random)).toBe(expected);
  });
});
