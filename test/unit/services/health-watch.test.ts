import { describe, expect, it } from 'vitest';
import type { Probe } from '../../../src/model/config.ts';
import { checkHealth, watchedProbes, watchHealth } from '../../../src/services/health-watch.ts';
import type { PreparedProbe, ProbeResult } from '../../../src/services/probes/probe.ts';
import { restartDelayMs } from '../../../src/services/restart-delay.ts';

/** A probe that finds what the letters say, one a try: `+` passed, `-` failed; the last for ever. */
function scripted(results: string): PreparedProbe & { tries: () => number } {
  let tries = 0;
  return {
    ...{ label: 'http /health', tryTimeoutMs: 1000, maxDelayMs: 1000, tries: () => tries },
    attempt: (): Promise<ProbeResult> => {
      const result = results[Math.min(tries, results.length - 1)];
      tries += 1;
      return Promise.resolve(
        result === '+' ? { kind: 'passed', variables: {} } : { kind: 'not-yet', problem: `no ${tries}`, absent: false },
      );
    },
  };
}

/** Sleeps end at once, but those that limit a try. */
function clock(): { sleep: (ms: number, signal: AbortSignal) => Promise<void>; slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    sleep: (ms, signal) => {
      if (ms === 1000) return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      slept.push(ms);
      return Promise.resolve();
    },
  };
}

const signal = new AbortController().signal;

describe('the watch', () => {
  it.each([
    ['---', 3],
    ['+---', 4],
    ['--+--+---', 9],
  ])('over %s notices a death at try %d: three failures in a row', async (results, tries) => {
    const probe = scripted(results);
    const time = clock();
    const problem = await watchHealth([{ probe, everyMs: 7 }], { clock: time, signal });
    expect(probe.tries()).toBe(tries);
    expect(problem).toBe(`is not healthy any more: http /health: no ${tries} (3 times in a row)`);
    expect(time.slept).toEqual(Array.from({ length: tries }, () => 7));
  });

  it('ends without a finding when it is called off', async () => {
    const over = new AbortController();
    over.abort();
    expect(
      await watchHealth([{ probe: scripted('-'), everyMs: 7 }], { clock: clock(), signal: over.signal }),
    ).toBeNull();
  });

  it('is over the probes of the network, and over commands that have an interval', () => {
    const probes: readonly Probe[] = [
      { kind: 'http', path: '/', status: 200, headers: {}, json: {} },
      { kind: 'tcp' },
      { kind: 'websocket', path: '/', headers: {}, protocols: [], send: null, expect: null },
      { kind: 'log', pattern: 'x' },
      { kind: 'command', command: ['a'], timeoutMs: 1 },
      { kind: 'command', command: ['b'], timeoutMs: 1, intervalMs: 30 },
    ];
    const prepared = probes.map(() => scripted('+'));
    const pauses = (watchMs: number | null): readonly (readonly [number, number])[] =>
      watchedProbes(probes, prepared, watchMs).map(({ probe, everyMs }) => [
        prepared.findIndex((one) => one === probe),
        everyMs,
      ]);
    expect(pauses(5)).toEqual([
      [0, 5],
      [1, 5],
      [2, 5],
      [5, 30],
    ]);
    expect(pauses(null)).toEqual([[5, 30]]);
  });
});

describe('a check', () => {
  it.each([
    ['+', 1, null],
    ['-+', 2, null],
    ['--+', 3, null],
    ['---', 3, 'is not healthy any more: http /health: no 3 (3 times in a row)'],
  ])('that finds %s takes %d tries', async (results, tries, problem) => {
    const probe = scripted(results);
    expect(await checkHealth([{ probe, everyMs: 7 }], { clock: clock(), signal })).toBe(problem);
    expect(probe.tries()).toBe(tries);
  });

  it('of nothing finds nothing', async () => {
    expect(await checkHealth([], { clock: clock(), signal })).toBeNull();
  });
});

it('the pause before a restart doubles from one second, and is shortened by up to a quarter', () => {
  expect([1, 2, 3, 4, 5, 6].map((restart) => restartDelayMs(restart, 0))).toEqual([
    ...[1000, 2000, 4000, 8000, 16_000, 16_000],
  ]);
  expect(restartDelayMs(2, 1)).toBe(1500);
});
