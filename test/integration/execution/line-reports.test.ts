import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Framework, LinesReport } from '../../../src/frameworks/framework.ts';
import { aCase } from '../../../src/frameworks/made-case.ts';
import { createExecutionRig, fixtureFramework } from '../../support/execution-rig.ts';
import type { ExecutionRig } from '../../support/execution-rig.ts';
import { aTask } from '../../support/plans.ts';

/** `name status` a line; whole when the last line says so. */
function linesAt(path: string): LinesReport {
  return {
    kind: 'lines',
    path,
    reader: () => {
      let whole = false;
      return {
        line(text) {
          whole = text === 'end';
          const [name = '', status] = text.split(' ');
          if (status !== 'passed' && status !== 'failed' && status !== 'error') return [];
          return [aCase({ name, className: 'c', status })];
        },
        end: () => (whole ? [] : [{ kind: 'damage', problem: 'it breaks off' }]),
      };
    },
  };
}

/** Runs shell commands; `$1` is where the lines go. */
function shell(report: (lines: LinesReport) => ReturnType<Framework['command']>['report']): Framework {
  return fixtureFramework({
    reportsEveryFile: false,
    command: ({ suite, reportsDir }) => {
      const path = join(reportsDir, 'lines.txt');
      return { argv: ['/bin/sh', '-c', suite.args.join('\n'), 'sh', path], env: {}, report: report(linesAt(path)) };
    },
  });
}

async function run(rig: ExecutionRig, framework: Framework, script: string): Promise<readonly string[]> {
  rig.suite('suite', [], { args: [script] });
  await rig.run([aTask('t')], { frameworks: new Map([['fixture', framework]]) });
  return rig.tests().map(({ id, status }) => `${id.name} ${status}`);
}

describe('a report of lines', () => {
  const lines = shell((report) => report);

  it.each([
    ['printf "a passed\\nb failed\\nend\\n" >"$1"; exit 1', { kind: 'tests-failed' }, ['a passed', 'b failed']],
    ['printf "a passed\\nend" >"$1"', { kind: 'passed' }, ['a passed']],
    ['printf "a passed\\nb pas" >"$1"', { kind: 'report-unusable' }, ['a passed', 't: report unusable error']],
    [
      'printf "a passed\\n" >"$1"; kill -9 $$',
      { kind: 'crashed' },
      ['a passed', 't: crashed with signal SIGKILL error'],
    ],
    ['exit 0', { kind: 'report-unusable' }, ['t: report unusable error']],
  ])('of %s is %j', async (script, outcome, tests) => {
    await using rig = await createExecutionRig();
    expect(await run(rig, lines, script)).toEqual(tests);
    expect(rig.outcomes()['t']).toMatchObject(outcome);
  });
});

describe('lines beside reports of XML', () => {
  const both = shell((beside) => ({
    kind: 'globs',
    globs: ['out/*.xml'],
    keepsOld: true,
    absent: 'none is there',
    beside,
  }));
  const xml = 'mkdir -p out; echo \'<testsuite><testcase name="x"/></testsuite>\' >out/a.xml';

  it.each([
    [`${xml}; echo end >"$1"`, { kind: 'passed' }, ['x passed']],
    [`${xml}; printf "a error\\nend" >"$1"; exit 1`, { kind: 'tests-failed' }, ['a error', 'x passed']],
    ['printf "a error\\nend" >"$1"; exit 1', { kind: 'tests-failed' }, ['a error']],
    [xml, { kind: 'report-unusable' }, ['x passed', 't: report unusable error']],
    ['echo end >"$1"', { kind: 'report-unusable', problem: 'none is there' }, ['t: report unusable error']],
  ])('of %s are %j', async (script, outcome, tests) => {
    await using rig = await createExecutionRig();
    expect(await run(rig, both, script)).toEqual(tests);
    expect(rig.outcomes()['t']).toMatchObject(outcome);
  });

  it('are not warned of where the framework keeps those of other runs', async () => {
    await using rig = await createExecutionRig();
    await mkdir(join(rig.root, 'out'));
    await writeFile(join(rig.root, 'out/old.xml'), '<testsuite><testcase name="old"/></testsuite>');
    expect(await run(rig, both, `${xml}; echo end >"$1"`)).toEqual(['x passed']);
    expect(rig.events.filter(({ type }) => type === 'warning')).toEqual([]);
  });
});
