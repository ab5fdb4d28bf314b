import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { framework } from '../../support/framework.ts';
import { repository, runFramework } from '../../support/run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';
import { describeWith } from '../../support/tools.ts';

const maven = framework('maven');
const file = (name: string): string => `first/src/test/java/com/acme/${name}.java`;
const broken = 'broken/src/test/java/com/acme/BrokenTest.java';
const needs = 'needs/src/test/java/com/acme/NeedsTest.java';
const slow = { timeout: 240_000 };

describeWith(['mvn', '--version'], 'maven', () => {
  // Maven writes beside its sources.
  const root = mkdtempSync(join(tmpdir(), 'runner-maven-'));
  const run = (files: readonly string[], options: Partial<RunFrameworkOptions> = {}): Promise<FrameworkRun> =>
    runFramework(maven, { root, files, suiteOverrides: { args: ['--offline'] }, ...options });
  const problemOf = ({ cases }: FrameworkRun, name: string): string | undefined =>
    cases.find((found) => found.name === name)?.problems[0]?.message;

  beforeAll(() => {
    cpSync(join(repository, 'test/fixtures/frameworks/maven'), root, { recursive: true });
    const args = ['-B', '-ntp', '-pl', 'first', 'verify', '-Dtest=PlainTest', '-Dit.test=StoreIT'];
    if (spawnSync('mvn', ['--offline', ...args], { cwd: root }).status === 0) return;
    // The first time on a machine: what it downloads stays for the next.
    const { status, stdout } = spawnSync('mvn', args, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(stdout);
  }, 300_000);
  beforeEach(() => {
    for (const module of ['first', 'broken', 'needs'])
      rmSync(join(root, module, 'target'), { recursive: true, force: true });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('reports tests of units and integration under the files of their classes', slow, async () => {
    const { outcome, statuses, cases } = await run([file('PlainTest'), file('StoreIT')]);
    expect(outcome).toEqual({ kind: 'passed' });
    expect(statuses).toEqual({
      [`${file('PlainTest')}::adds`]: 'passed',
      [`${file('PlainTest')}::displayed`]: 'passed',
      [`${file('PlainTest')}::each(String)[1]`]: 'passed',
      [`${file('PlainTest')}::each(String)[2]`]: 'passed',
      [`${file('PlainTest')}::nested`]: 'passed',
      [`${file('StoreIT')}::stores`]: 'passed',
    });
    expect(cases.find(({ name }) => name === 'nested')?.className).toBe('com.acme.PlainTest$Inner');
  });

  it('reports failures, set-ups and tear-downs, whatever the characters', slow, async () => {
    const found = await run([file('KindsTest'), file('SetupTest')]);
    expect(found.outcome).toEqual({ kind: 'tests-failed' });
    expect(found.statuses).toEqual({
      [`${file('KindsTest')}::isWrong`]: 'failed',
      [`${file('KindsTest')}::isLong`]: 'failed',
      [`${file('KindsTest')}::disabled`]: 'skipped',
      [`${file('KindsTest')}::tearDownFails`]: 'error',
      [`${file('SetupTest')}::com.acme.SetupTest`]: 'error',
    });
    expect(problemOf(found, 'isWrong')).toContain('é 😀');
    const setUp = found.cases.find(({ className }) => className === 'com.acme.SetupTest');
    expect(setUp?.problems[0]?.message).toBe('in the set-up');
    expect(found.cases.find(({ status }) => status === 'skipped')?.skipReason).toBe('not today');
  });

  it('names modules that cannot be built or are left out for it, beside the tests of the others', slow, async () => {
    const found = await run([file('PlainTest'), broken, needs]);
    expect(found.outcome).toEqual({ kind: 'tests-failed' });
    expect(found.statuses).toMatchObject({
      [`${file('PlainTest')}::adds`]: 'passed',
      '::broken [build failed]': 'error',
      '::needs [not run]': 'error',
    });
    expect(problemOf(found, 'broken [build failed]')).toContain(
      'maven-compiler-plugin:testCompile: Compilation failure',
    );
    expect(found.cases.find(({ name }) => name.startsWith('broken'))?.problems[0]?.details).toContain(
      'BrokenTest.java',
    );
  });

  it('does not pass when a test leaves with 0, and says of which class the results are lost', slow, async () => {
    const found = await run([file('PlainTest'), file('LeavesTest')]);
    expect(found.outcome).toEqual({ kind: 'tests-failed' });
    expect(found.statuses).toMatchObject({ [`${file('LeavesTest')}::com.acme.LeavesTest`]: 'error' });
    expect(problemOf(found, 'com.acme.LeavesTest')).toContain('its JVM ended before its tests did');
  });

  it('does not pass when a class of tests has none, beside another that has', slow, async () => {
    const { outcome } = await run([file('EmptyTest'), file('PlainTest')]);
    expect(outcome).toMatchObject({ kind: 'report-unusable' });
  });

  it('runs only the tests that are named', slow, async () => {
    const tests = { [file('PlainTest')]: ['each(String)[2]', 'Inner#nested'] };
    const { outcome, statuses } = await run([file('PlainTest')], { tests });
    expect(outcome).toEqual({ kind: 'passed' });
    expect(Object.keys(statuses).sort()).toEqual(
      ['each(String)[1]', 'each(String)[2]', 'nested'].map((name) => `${file('PlainTest')}::${name}`),
    );
  });

  it.each([
    ['slow and not fast', ['nested']],
    ['fast or quick', []],
  ])('filters by the tags %s', slow, async (markers, names) => {
    const { outcome, statuses } = await run([file('PlainTest')], { markers });
    expect(outcome).toEqual({ kind: names.length === 0 ? 'no-tests' : 'passed' });
    expect(Object.keys(statuses)).toEqual(names.map((name) => `${file('PlainTest')}::${name}`));
  });
});
