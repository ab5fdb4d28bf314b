import { existsSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createMasker } from '../../../src/base/mask.ts';
import type { Framework } from '../../../src/frameworks/framework.ts';
import { streamInto } from '../../../src/frameworks/stream-lines.ts';
import type { ServiceFailure, ServiceLeases } from '../../../src/ports.ts';
import { createExecutionRig, fixtureFramework, leasesThat } from '../../support/execution-rig.ts';
import type { ExecutionRig } from '../../support/execution-rig.ts';
import { aTask } from '../../support/plans.ts';

/** Runs a shell script that tells of tests by `tell KIND NAME [STATUS]` and writes its report by `report STATUS:NAME...`. */
function streaming(change: Partial<Framework> = {}): Framework {
  const functions = `
tell() { printf '{"kind":"%s","case":{"name":"%s","className":"c","file":"a.js","status":"%s"}}\\n' "$1" "$2" "\${3:-passed}" >>"$RUNNER_STREAM"; }
report() {
  for each in "$@"; do
    case "$each" in
      failed:*) cases="$cases<testcase classname='c' file='a.js' name='\${each#*:}'><failure message='no'/></testcase>" ;;
      *) cases="$cases<testcase classname='c' file='a.js' name='\${each#*:}'/>" ;;
    esac
  done
  echo "<testsuite>$cases</testsuite>" >"$REPORT"
}
`;
  return fixtureFramework({
    command: ({ suite, reportsDir }) => {
      const streamed = streamInto(reportsDir);
      const path = join(reportsDir, 'report.xml');
      return {
        argv: ['/bin/sh', '-c', `${functions}\n${suite.args.join('\n')}`],
        env: { ...streamed.env, REPORT: path },
        report: { kind: 'files', paths: [path] },
        stream: streamed.stream,
      };
    },
    ...change,
  });
}

async function run(
  rig: ExecutionRig,
  script: string,
  options: Parameters<ExecutionRig['run']>[1] & {
    readonly framework?: Partial<Framework>;
    readonly retries?: number;
  } = {},
): Promise<readonly string[]> {
  const { framework, retries = 0, ...tools } = options;
  rig.suite('suite', [], { args: [script] });
  await rig.run([aTask('t', { files: ['a.js'], retries })], {
    frameworks: new Map([['fixture', streaming(framework)]]),
    ...tools,
  });
  return toldBy(rig);
}

function toldBy(rig: ExecutionRig): readonly string[] {
  return rig.events.flatMap((event) => {
    if (event.type === 'test-started') return [`${event.test.name} started of ${event.collected ?? '?'}`];
    if (event.type !== 'test-finished') return [];
    const replaces = event.replaces === undefined ? '' : `, not ${event.replaces.status}`;
    return [`${event.test.id.name} ${event.test.status}${replaces}`];
  });
}

const two = 'tell collected one; tell collected two; tell started one; tell finished one; tell started two';

describe('what a framework tells while it runs', () => {
  it('is told at once, and not again by a report that agrees', async () => {
    await using rig = await createExecutionRig();
    const running = run(rig, `${two}; until test -e go; do sleep 0.05; done; tell finished two; report one two`);
    await rig.told('test-started', 2);
    expect(toldBy(rig)).toEqual(['one started of 2', 'one passed', 'two started of 2']);
    writeFileSync(join(rig.root, 'go'), '');
    expect(await running).toEqual(['one started of 2', 'one passed', 'two started of 2', 'two passed']);
    expect(rig.outcomes()['t']).toEqual({ kind: 'passed' });
    expect(await readdir(join(rig.root, 'reports/raw/t/1'))).toEqual(['report.xml']);
  });

  it('is corrected by the report, which also holds what was not told', async () => {
    await using rig = await createExecutionRig();
    const told = await run(rig, `${two}; tell finished two failed; report failed:one two three; exit 1`);
    expect(told.slice(-4)).toEqual(['two failed', 'three passed', 'one failed, not passed', 'two passed, not failed']);
    expect(rig.outcomes()['t']).toEqual({ kind: 'tests-failed' });
    expect(rig.events.at(-1)).toMatchObject({ totals: { tests: 3, passed: 2, failed: 1 } });
  });

  it.each([
    ['without a report', `${two}; tell finished two`],
    ['with half a report', `${two}; tell finished two; echo '<testsuite><testcase name=' >"$REPORT"`],
  ])('makes nothing green %s', async (_what, script) => {
    await using rig = await createExecutionRig();
    const told = await run(rig, script);
    expect(rig.outcomes()['t']).toMatchObject({ kind: 'report-unusable' });
    expect(told.filter((line) => !line.includes('started'))).toEqual([
      'one passed',
      'two passed',
      't: report unusable error',
    ]);
  });

  it('does not stand for files that the report lacks', async () => {
    await using rig = await createExecutionRig();
    await run(rig, `${two}; tell finished two; echo '<testsuite/>' >"$REPORT"`);
    expect(rig.outcomes()['t']).toEqual({ kind: 'no-tests' });
  });

  it('may be garbage, torn, or a folder, and costs nothing but itself', async () => {
    for (const script of [
      `head -c 3000000 /dev/urandom >"$RUNNER_STREAM"; printf '\\n{"kind":"finished","case":{"na' >>"$RUNNER_STREAM"`,
      'mkdir "$RUNNER_STREAM"',
      'ln -s "$RUNNER_STREAM" "$RUNNER_STREAM"',
      ': >"$RUNNER_STREAM"',
    ]) {
      await using rig = await createExecutionRig();
      expect(await run(rig, `${script}; report one`), script).toEqual(['one passed']);
      expect(rig.outcomes()['t']).toEqual({ kind: 'passed' });
    }
  });

  it('names what was running and what was waiting when the process ended, once', async () => {
    await using rig = await createExecutionRig();
    const told = await run(rig, `${two}; tell collected three; kill -9 $$`);
    expect(told.slice(-2)).toEqual(['two error', 'three skipped']);
    const [two2, three] = rig.tests().slice(-2);
    expect(two2).toMatchObject({
      ...{ cutOff: true, synthetic: false },
      problems: [{ message: 'was running when fixture was killed by SIGKILL' }],
    });
    expect(three).toMatchObject({ notRun: true, skipReason: 'not run: fixture was killed by SIGKILL' });
    expect(rig.events.at(-1)).toMatchObject({ totals: { tests: 3, passed: 1, errors: 1, skipped: 1 } });
  });

  it('says nothing of what ran when it gave up before', async () => {
    await using rig = await createExecutionRig();
    const told = await run(rig, `${two}; echo '{"kind":"damage","problem":"no room"}' >>"$RUNNER_STREAM"; kill -9 $$`);
    expect(told.at(-1)).toBe('t: crashed with signal SIGKILL error');
    expect(told).not.toContain('two error');
    expect(rig.events.find(({ type }) => type === 'warning')).toMatchObject({ message: /no room/ });
  });

  it('counts tests of one name', async () => {
    await using rig = await createExecutionRig();
    const script =
      'for i in 1 2 3 4; do tell collected one; done; tell started one; tell finished one; tell started one';
    const told = await run(rig, `${script}; kill -9 $$`, { framework: { duplicates: 'number' } });
    expect(told.filter((line) => !line.includes('started'))).toEqual([
      'one passed',
      'one #2 error',
      'one #3 skipped',
      'one #4 skipped',
    ]);
  });

  it('is kept private and masked where there are secrets', async () => {
    await using rig = await createExecutionRig();
    const masker = createMasker({ TOKEN: 'hunter2-hunter2' });
    const script = `tell started hunter2-hunter2; echo "$RUNNER_STREAM" >where; kill -9 $$`;
    await run(rig, script, { masker });
    expect(existsSync(join(rig.root, 'reports/raw/t'))).toBe(false);
    expect(await readdir(join(rig.root, 'tmp'))).toEqual([]);
  });
});

describe('a retry after a death', () => {
  it('makes only the test flaky that was running, and counts what had not run as what it is then', async () => {
    await using rig = await createExecutionRig();
    const again =
      'test $RUNNER_ATTEMPT = 1 && kill -9 $$; tell finished two; tell finished three; report one two three';
    await run(rig, `${two}; tell collected three; ${again}`, { retries: 1 });
    expect(rig.outcomes()['t']).toEqual({ kind: 'passed' });
    expect(rig.events.at(-1)).toMatchObject({ totals: { tests: 3, passed: 3, skipped: 0, flaky: 1 } });
    const flaky = rig.tests().filter((test) => test.flaky === true);
    expect(flaky.map(({ id }) => id.name)).toEqual(['two']);
  });

  it('makes all flaky that were not reported where no test was running', async () => {
    await using rig = await createExecutionRig();
    const script = 'tell collected one; test $RUNNER_ATTEMPT = 1 && kill -9 $$; report one two';
    await run(rig, script, { retries: 1 });
    expect(rig.events.at(-1)).toMatchObject({ totals: { tests: 2, passed: 2, flaky: 2 } });
  });
});

describe('the death of a service', () => {
  const death = { service: 'db', problem: 'it is gone' };
  const dying = (found: () => ServiceFailure | null): ServiceLeases => ({
    ...leasesThat({ kind: 'ready', services: {} }).leases,
    watch: () => ({ lost: new AbortController().signal, failure: found, check: () => Promise.resolve() }),
  });

  it('takes the blame also for what failed before it was known', async () => {
    await using rig = await createExecutionRig();
    const told = await run(rig, `${two}; tell finished two failed; exit 1`, { leases: dying(() => death) });
    expect(told.slice(-2)).toEqual(['two error, not failed', 't: service db failed error']);
    expect(rig.outcomes()['t']).toEqual({ kind: 'service-failed', ...death });
    expect(rig.events.at(-1)).toMatchObject({ totals: { tests: 3, passed: 1, failed: 0, errors: 2 } });
  });

  it('is repeated whole: what was told before stands for nothing, and what waited then is no failure', async () => {
    await using rig = await createExecutionRig();
    const lost = new AbortController();
    let failure: ServiceFailure | null = null;
    let leases = 0;
    const script = `${two}; tell collected three; test $RUNNER_ATTEMPT = 1 && { touch ready; exec sleep 1000; }; kill -9 $$`;
    const running = run(rig, script, {
      leases: {
        ...dying(() => null),
        watch: () => {
          leases += 1;
          const mine = leases === 1;
          return {
            lost: mine ? lost.signal : new AbortController().signal,
            failure: () => (mine ? failure : null),
            check: () => Promise.resolve(),
          };
        },
      },
    });
    while (!existsSync(join(rig.root, 'ready'))) await delay(10);
    failure = death;
    lost.abort();
    await running;
    expect(rig.tests().some(({ problems }) => problems[0]?.type === 'not-repeated')).toBe(false);
    expect(rig.events.at(-1)).toMatchObject({
      type: 'task-finished',
      totals: { tests: 3, passed: 1, errors: 1, skipped: 1 },
    });
  });
});
