import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Suite } from '../../../src/model/config.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import { commandFramework, createExecutionRig } from '../../support/execution-rig.ts';
import { aTask } from '../../support/plans.ts';

const commands = new Map([['command', commandFramework()]]);

describe('reports found by a glob', () => {
  const old = '<testsuite><testcase name="old"/></testsuite>';
  const task = aTask('t', { framework: 'command' });

  it('count when they are written in the attempt, and are kept', async () => {
    await using rig = await createExecutionRig();
    await mkdir(join(rig.root, 'out'));
    await writeFile(join(rig.root, 'out/a.xml'), old);
    rig.suite('suite', ['pass:new', 'write-to:out/a.xml'], { junit: ['out/*.xml'] });
    await rig.run([task], { frameworks: commands });
    expect(rig.outcomes()['t']).toEqual({ kind: 'passed' });
    expect(rig.tests().map(({ id }) => id.name)).toEqual(['new']);
    expect(await readdir(join(rig.root, 'reports/raw/t/1'))).toEqual(['1-a.xml']);
  });

  it.each(['just now', 'in the future'])(
    'do not count when they are of an earlier run, even if dated %s',
    async (when) => {
      await using rig = await createExecutionRig();
      await mkdir(join(rig.root, 'out'));
      await writeFile(join(rig.root, 'out/a.xml'), old);
      if (when !== 'just now') await utimes(join(rig.root, 'out/a.xml'), new Date(2100, 1), new Date(2100, 1));
      rig.suite('suite', ['print:nothing written'], { junit: ['out/*.xml'] });
      await rig.run([task], { frameworks: commands });
      expect(rig.outcomes()['t']).toMatchObject({
        kind: 'report-unusable',
        path: 'out/a.xml',
        problem: expect.stringContaining('older') as string,
      });
      expect(rig.tests().map(({ id }) => id.name)).toEqual(['t: report unusable']);
    },
  );

  it('may be none, which is no pass', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['print:nothing written'], { junit: ['out/*.xml'] });
    await rig.run([task], { frameworks: commands });
    expect(rig.outcomes()['t']).toMatchObject({
      kind: 'report-unusable',
      problem: expect.stringContaining('out/*.xml') as string,
    });
  });
});

describe('a suite judged by its exit code', () => {
  const cases: readonly (readonly [string, readonly string[], Partial<Outcome>, string])[] = [
    ['passes with 0', [], { kind: 'passed' }, 'suite passed'],
    ['fails with any other', ['print:why', 'exit:7'], { kind: 'tests-failed' }, 'suite failed'],
    ['is an error when a signal ends it', ['signal:SIGKILL'], { kind: 'crashed' }, 'suite error'],
  ];
  it.each(cases)('%s', async (_name, steps, outcome, test) => {
    await using rig = await createExecutionRig();
    rig.suite('suite', steps);
    await rig.run([aTask('t', { framework: 'command' })], { frameworks: commands });
    expect(rig.outcomes()['t']).toMatchObject(outcome);
    expect(rig.tests().map(({ id, status }) => `${id.name} ${status}`)).toEqual([test]);
    expect(rig.tests()[0]?.synthetic).toBe(false);
  });

  it('shows its log in the failure', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['print:the reason', 'exit:7']);
    await rig.run([aTask('t', { framework: 'command' })], { frameworks: commands });
    expect(rig.tests()[0]?.problems[0]).toMatchObject({
      message: 'exit code 7',
      details: expect.stringContaining('the reason') as string,
    });
  });

  const script = (text: string): Partial<Suite> => ({ command: ['sh', '-c', text] });
  it('does not pass while its premature-exit file is there', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', [], script('touch "$TEST_PREMATURE_EXIT_FILE"; exit 0'));
    await rig.run([aTask('t', { framework: 'command' })], { frameworks: commands });
    expect(rig.outcomes()['t']).toMatchObject({
      kind: 'report-unusable',
      problem: expect.stringContaining('TEST_PREMATURE_EXIT_FILE') as string,
    });
    expect(rig.tests()).toMatchObject([{ status: 'error' }]);
  });

  it('does not pass when the report it wrote for Bazel has failures', async () => {
    await using rig = await createExecutionRig();
    rig.suite(
      'suite',
      [],
      script('echo "<testsuite><testcase name=\\"x\\"><failure/></testcase></testsuite>" > "$XML_OUTPUT_FILE"'),
    );
    await rig.run([aTask('t', { framework: 'command' })], { frameworks: commands });
    expect(rig.outcomes()['t']).toMatchObject({
      kind: 'report-unusable',
      problem: expect.stringContaining('1 failed') as string,
    });
  });
});
