// Who lost what was given up: the claims of such a task in the logs of all machines, and what was done to each machine that held it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const enough = 3;

/** Of each given-up task, a line for people and whether three machines were taken from it while they ran it. Machines are in the order of their start. */
export function readLosses(machines, { begun, leaseMs }) {
  const seconds = (at) => ((at - begun) / 1000).toFixed(1);
  const claims = machines.flatMap((machine, index) =>
    readClaims(machine.folder).map((claim) => ({ ...claim, machine, name: `m${index}` })),
  );
  const givenUp = claims.filter(({ isSettled }) => isSettled).toSorted((a, b) => a.at - b.at);
  const tasks = [...new Map(givenUp.map((claim) => [claim.task, claim])).values()];
  return tasks.map(({ task, at: until }) => {
    const held = claims.filter((claim) => claim.task === task && !claim.isSettled).toSorted((a, b) => a.at - b.at);
    const lost = held.map((claim) => ({ ...claim, end: endOf(claim, { until, leaseMs, seconds }) }));
    const shown = lost.map(
      ({ name, at, beganAt, end }) =>
        `${name} claimed ${seconds(at)} ${beganAt === null ? 'not begun' : `began ${seconds(beganAt)}`} ${end.text}`,
    );
    return {
      line: `given up at ${seconds(until)} s: ${task}: ${shown.join('; ')}`,
      isFounded: lost.filter(({ beganAt, end }) => beganAt !== null && end.isTaken).length >= enough,
    };
  });
}

function endOf({ machine, beganAt, endedAt }, { until, leaseMs, seconds }) {
  const { killedAt, frozenAt, thawedAt } = machine;
  const from = beganAt ?? 0;
  if (frozenAt !== undefined && frozenAt >= from && frozenAt < until && (thawedAt ?? Infinity) - frozenAt > leaseMs) {
    return { isTaken: endedAt === null || endedAt > frozenAt, text: `frozen ${seconds(frozenAt)}` };
  }
  if (endedAt !== null) return { isTaken: false, text: `ended ${seconds(endedAt)}` };
  if (killedAt !== undefined && killedAt >= from)
    return { isTaken: killedAt < until, text: `killed ${seconds(killedAt)}` };
  return { isTaken: false, text: 'not taken' };
}

function readClaims(folder) {
  const path = join(folder, 'reports/events.jsonl');
  if (!existsSync(path)) return [];
  const claims = [];
  const open = new Map();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const event = parse(line);
    if (event?.type === 'task-claimed') {
      const isSettled = /lost/.test(event.planned.settled?.problem ?? '');
      const claim = { task: event.task, at: event.at, isSettled, beganAt: null, endedAt: null };
      claims.push(claim);
      open.set(event.task, claim);
    } else if (event?.type === 'attempt-started') open.get(event.task).beganAt ??= event.at;
    else if (event?.type === 'task-finished') open.get(event.task).endedAt ??= event.at;
  }
  return claims;
}

/** The last line of a machine that was killed may be cut off. */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
