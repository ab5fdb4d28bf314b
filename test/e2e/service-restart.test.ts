import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/model/event.ts';
import { casesOf } from '../support/junit-cases.ts';
import { createRig } from '../support/rig.ts';
import type { Rig, StartedCli } from '../support/rig.ts';

const files = 10;
const testsPerFile = 5;

/** A server that notes its pid, and dies, hangs or refuses after so many requests, in each generation or only in the first. */
const server = `
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
const how = process.env.HOW ?? 'lives';
const isFirst = !existsSync('started.log');
appendFileSync('started.log', process.pid + '\\n');
writeFileSync('server.pid', String(process.pid));
let asked = 0;
createServer((request, response) => {
  if (request.url === '/work') asked += 1;
  const isOver = asked > 12 && (isFirst || how === 'dies always');
  if (isOver && how.startsWith('dies')) { console.log('famous last words'); process.exit(9); }
  if (isOver && how === 'hangs') { appendFileSync('unanswered.log', request.headers.test + '\\n'); return; }
  response.end('ok');
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
`;

function config(change: { readonly service?: string; readonly category?: string } = {}): string {
  return `
version: 1
project: restart
workers: 3
settings: { grace: 1s }
suites:
  lib: { framework: node, batch: file, files: ['tests/*.test.mjs'] }
categories:
  unit: { tests: [{ suite: lib }], needs: [web], flaky: fail${change.category ?? ''} }
services:
  web:
    process: { command: [node, server.mjs], env: { PORT: "\${port}", HOW: "\${env.HOW:-lives}" } }
    health: [{ http: { path: /health } }]
    stop: { grace: 1s }
    ${change.service ?? ''}
`;
}

/** 50 tests in 10 files that each ask the server once and note that they ran. */
function workspace(text: string): Record<string, string> {
  const made: Record<string, string> = { 'runner.config.yaml': text, 'server.mjs': server };
  for (let file = 0; file < files; file += 1) {
    made[`tests/part-${file}.test.mjs`] = `
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
// Like a limit of its own for the answer, but none that a busy machine can reach.
function whenHung(name) {
  const hung = new AbortController();
  const look = () => existsSync('unanswered.log') && readFileSync('unanswered.log', 'utf8').includes(name) && hung.abort();
  setInterval(look, 20).unref();
  return hung.signal;
}
for (let index = 0; index < ${testsPerFile}; index += 1) {
  test('case ${file}-' + index, async () => {
    await delay(40);
    const name = 'case ${file}-' + index + ' of ' + process.pid;
    const signal = process.env.GIVES_UP === 'yes' ? whenHung(name) : AbortSignal.timeout(60_000);
    const answer = await fetch(process.env.RUNNER_SERVICE_WEB_URL + '/work', { headers: { test: name }, signal });
    if ((await answer.text()) !== 'ok') throw new Error('no answer');
    appendFileSync('ran.log', 'case\\n');
  });
}
`;
  }
  return made;
}

async function untilRan(rig: Rig, count: number, run: StartedCli): Promise<void> {
  while (run.child.exitCode === null) {
    const ran = existsSync(rig.path('ran.log')) ? readFileSync(rig.path('ran.log'), 'utf8').split('\n').length - 1 : 0;
    if (ran >= count) return;
    await delay(5);
  }
  throw new Error('the run ended too soon');
}

function changesOf(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'service-changed' ? [`${event.change.kind} ${event.generation}`] : [],
  );
}

/** Causes of the attempts of all tasks with their outcomes. */
function attemptsOf(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'attempt-finished' ? [`${event.attempt} ${event.cause} ${event.outcome.kind}`] : [],
  );
}

/** Every test once, and passed. */
function expectFiftyPasses(junit: string): void {
  const cases = casesOf(junit);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(files * testsPerFile);
  expect(cases.map(({ name, status }) => `${name} ${status}`).sort()).toEqual(
    Array.from({ length: files * testsPerFile }, (_, index) => {
      const name = `case ${Math.floor(index / testsPerFile)}-${index % testsPerFile}`;
      return `${name} passed`;
    }).sort(),
  );
}

describe('a service that dies in the middle of 50 tests', () => {
  test('is started again once, and the run is green only because what it took with it was repeated', async () => {
    await using rig = await createRig(workspace(config()));
    const started = rig.start({}, '--progress', 'lines');
    await untilRan(rig, 15, started);
    process.kill(Number(readFileSync(rig.path('server.pid'), 'utf8')), 'SIGKILL');
    const run = await started.finished;
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expectFiftyPasses(run.junit);
    expect(changesOf(run.events)).toEqual([
      ...['starting 1', 'ready 1', 'failed 2', 'starting 2', 'ready 2'],
      ...['stopping 2', 'stopped 2'],
    ]);
    const attempts = attemptsOf(run.events);
    const repeated = attempts.filter((attempt) => attempt === '2 service-restart passed');
    expect(repeated.length).toBeGreaterThan(0);
    expect(repeated.length).toBeLessThanOrEqual(3);
    expect(attempts.filter((attempt) => attempt === '1 first service-failed')).toHaveLength(repeated.length);
    expect(attempts.filter((attempt) => attempt === '1 first passed')).toHaveLength(files - repeated.length);
    expect(run.stdout).toContain('was ended by SIGKILL while it was in use');
    expect(run.stdout).toContain('Services that were started again');
    expect(run.junit).not.toContain('flaky');
    const lost = run.events.find(
      (event) => event.type === 'attempt-finished' && event.outcome.kind === 'service-failed',
    );
    const log = lost?.type === 'attempt-finished' ? (lost.log?.path ?? '') : '';
    expect(existsSync(rig.path('reports', log))).toBe(true);
  });

  test('again and again ends in an infrastructure failure with its last words, and no test of those passes', async () => {
    await using rig = await createRig(workspace(config()));
    const run = await rig.runWith({ env: { HOW: 'dies always' } }, '--progress', 'lines');
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expect(changesOf(run.events)).toEqual(['starting 1', 'ready 1', 'failed 2', 'starting 2', 'ready 2', 'failed 3']);
    expect(run.stdout).toContain('famous last words');
    const outcomes = run.events.flatMap((event) => (event.type === 'task-finished' ? [event.outcome.kind] : []));
    expect(outcomes.filter((kind) => kind === 'service-failed').length).toBeGreaterThan(0);
    // No more than 12 requests are answered in each generation.
    expect(casesOf(run.junit).filter(({ status }) => status === 'passed').length).toBeLessThanOrEqual(24);
    expect(readFileSync(rig.path('started.log'), 'utf8').trim().split('\n')).toHaveLength(2);
  });

  test('is not started again where the config says so', async () => {
    await using rig = await createRig(workspace(config({ service: 'restarts: 0' })));
    const run = await rig.runWith({ env: { HOW: 'dies' } });
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expect(changesOf(run.events)).toEqual(['starting 1', 'ready 1', 'failed 2']);
    expect(attemptsOf(run.events).some((attempt) => attempt.includes('service-restart'))).toBe(false);
  });
});

describe('a service that hangs', () => {
  test('is noticed by its probes, ended and started again, long before its tests time out', async () => {
    await using rig = await createRig(workspace(config({ service: 'watch: 200ms' })));
    const run = await rig.runWith({ env: { HOW: 'hangs' } }, '--progress', 'lines');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expectFiftyPasses(run.junit);
    expect(changesOf(run.events).slice(0, 5)).toEqual(['starting 1', 'ready 1', 'failed 2', 'starting 2', 'ready 2']);
    expect(run.stdout).toContain('is not healthy any more: http /health: no answer in time (3 times in a row)');
  });

  test('is found out when its tests fail, although it is not watched in between', async () => {
    await using rig = await createRig(workspace(config({ service: 'watch: 1h' })));
    const run = await rig.runWith({ env: { HOW: 'hangs', GIVES_UP: 'yes' } });
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expectFiftyPasses(run.junit);
    expect(attemptsOf(run.events)).toContain('1 first service-failed');
  });
});

describe('copies of a service', () => {
  test('are one for each slot, each on a port, with a log and under a number of its own', async () => {
    const text = `
version: 1
project: copies
workers: 4
suites:
  lib: { framework: node, batch: file, files: ['tests/*.test.mjs'] }
categories:
  unit: { tests: [{ suite: lib }], needs: [db] }
services:
  db:
    process: { command: [node, copy.mjs, "copy-\${instance}"], env: { PORT: "\${port}", NAME: "db_\${slot}" } }
    instances: 2
`;
    const copy = `
import { createServer } from 'node:http';
createServer((_, response) => response.end(process.argv[2] + ' ' + process.env.NAME))
  .listen(Number(process.env.PORT), '127.0.0.1', () => console.log('I am ' + process.argv[2]));
`;
    const made: Record<string, string> = { 'runner.config.yaml': text, 'copy.mjs': copy };
    for (let file = 0; file < 12; file += 1) {
      made[`tests/part-${file}.test.mjs`] = `
import { test } from 'node:test';
import { equal } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
test('asks its own copy ${file}', async () => {
  await delay(100);
  const copy = Number(process.env.RUNNER_SLOT) % 2;
  equal(await (await fetch(process.env.RUNNER_SERVICE_DB_URL)).text(), 'copy-' + copy + ' db_' + copy);
});
`;
    }
    await using rig = await createRig(made);
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    const services = run.events.flatMap((event) =>
      event.type === 'service-changed' && event.change.kind === 'ready' ? [event.service] : [],
    );
    expect(services.sort()).toEqual(['db-0', 'db-1']);
    for (const number of [0, 1]) {
      expect(readFileSync(rig.path(`reports/logs/services/db-${number}.log`), 'utf8')).toBe(`I am copy-${number}\n`);
    }
  });
});
