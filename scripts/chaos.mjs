// `npm run chaos -- --rounds 200 --seed 1`: random workspaces under random faults, held against what their tests noted themselves. A round is repeated with its seed and `--rounds 1`.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { playRound } from './chaos-round.mjs';
import { table } from './markdown.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
const rounds = Number(values.rounds ?? 20);
const seed = Number(values.seed ?? randomInt(2 ** 31));
if (!Number.isSafeInteger(rounds) || rounds < 1 || !Number.isSafeInteger(seed) || seed < 0)
  throw new Error('--rounds and --seed are whole numbers: npm run chaos -- --rounds 200 --seed 1');
/** Most of a round is waiting. */
const atOnce = 4;

console.log(`${rounds} rounds, seed ${seed}`);
const played = [];
let next = seed;
await Promise.all(
  Array.from({ length: Math.min(atOnce, rounds) }, async () => {
    while (next < seed + rounds) played.push(await playRound(next++));
  }),
);

const kinds = {
  green: 'false green',
  lost: 'lost result',
  left: 'process left',
  hung: 'hung',
  red: 'false red',
  report: 'invalid report',
  exit: 'wrong exit',
};
const count = (of, kind) =>
  String(of.filter(({ problems }) => problems.some((problem) => problem.kind === kind)).length);
const rows = [...new Set(played.map(({ fault }) => fault))].sort().map((fault) => {
  const of = played.filter((round) => round.fault === fault);
  const tests = of.reduce((sum, { ranTests }) => sum + ranTests, 0);
  return [fault, String(of.length), String(tests), ...Object.keys(kinds).map((kind) => count(of, kind))];
});
const total = ['all', String(played.length), '', ...Object.keys(kinds).map((kind) => count(played, kind))];
console.log(table(['fault', 'rounds', 'tests', ...Object.values(kinds)], [...rows, total]));

const failed = played.filter(({ problems }) => problems.length > 0);
for (const { seed: again, fault, afterMs, exit, problems } of failed) {
  console.log(`\nnpm run chaos -- --rounds 1 --seed ${again}   (${fault} after ${afterMs} ms, exit ${exit})`);
  for (const { kind, text } of problems) console.log(`  ${kinds[kind] ?? kind}: ${text}`);
}
process.exit(failed.length === 0 ? 0 : 1);
