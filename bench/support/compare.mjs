import { openStopwatch } from './stopwatch.mjs';

/**
 * Runs contenders one after the other, round by round (A B C, A B C, …), so that what disturbs the machine disturbs all of them.
 * The first is what the others are compared with, round by round. A contender is `{ name, argv, cwd, env, expect, prepare, check,
 * rounds, cold }`; `prepare` (given the number of the round) is not measured, one that is `cold` has no round to warm up, `check` gets what was measured and throws when the work was not done. One whose first run
 * fails is reported as such and left out.
 */
export async function compare(contenders, { rounds = 7 } = {}) {
  const stopwatch = openStopwatch();
  const measured = new Map(contenders.map(({ name }) => [name, []]));
  const failed = new Map();
  try {
    // The first round warms the caches of the machine and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      for (const contender of contenders) {
        if (failed.has(contender.name) || round > (contender.rounds ?? rounds) || (round === 0 && contender.cold))
          continue;
        try {
          await contender.prepare?.(round);
          const result = await stopwatch.run(contender);
          await contender.check?.(result);
          if (round > 0) measured.get(contender.name).push({ ...result, round });
        } catch (error) {
          if (contender.own === true) throw error;
          failed.set(contender.name, error.message.split('\n').slice(0, 6).join('\n'));
        }
      }
      process.stderr.write(`round ${round} of ${rounds}\n`);
    }
  } finally {
    stopwatch.close();
  }
  const base = measured.get(contenders[0].name);
  const rows = contenders
    .filter(({ name }) => !failed.has(name))
    .map((contender) => summarise(contender, measured.get(contender.name), base));
  return { rows, failed: [...failed].map(([name, problem]) => ({ name, problem })) };
}

function summarise({ name, own = false }, runs, base) {
  const wall = runs.map(({ wallMs }) => wallMs);
  const ratios = runs.map(({ round, wallMs }) => wallMs / base.find((other) => other.round === round).wallMs);
  return {
    name,
    own,
    rounds: runs.length,
    wallMs: round(median(wall)),
    minMs: round(Math.min(...wall)),
    maxMs: round(Math.max(...wall)),
    cpuMs: round(median(runs.map(({ cpuMs }) => cpuMs))),
    rssMiB: round(median(runs.map(({ rssMiB }) => rssMiB))),
    ratio: Number(median(ratios).toFixed(2)),
    cpuRatio: Number((median(runs.map(({ cpuMs }) => cpuMs)) / median(base.map(({ cpuMs }) => cpuMs))).toFixed(2)),
  };
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function round(value) {
  return Number(value.toFixed(1));
}
