import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { merge } from '../../../src/commands/merge.ts';
import type { MergeOptions, MergeResult } from '../../../src/commands/merge.ts';
import { createJunitReporter } from '../../../src/reporters/junit.ts';
import { createMergeRig } from '../../support/merge-rig.ts';
import type { MergeRig } from '../../support/merge-rig.ts';
import { createPlan, createTask, createTest, finishEvent, startEvent, taskEvents } from '../../support/run-events.ts';

const maxBytes = 10_000;
const schema = join(import.meta.dirname, '../../../docs/junit.xsd');
const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;

let rig: MergeRig;
beforeEach(() => {
  rig = createMergeRig();
});
afterEach(() => rig[Symbol.dispose]());

const mergeInto = (folder: string, paths: readonly string[], more: Partial<MergeOptions> = {}): Promise<MergeResult> =>
  merge({ paths, cwd: rig.cwd, reportsDir: join(rig.cwd, folder), chosen: ['junit', 'json'], ...more });
const partsOf = (folder: string): readonly string[] => {
  const parts = join(rig.cwd, folder, 'junit-parts');
  return existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [];
};
const totalsOf = (folder: string): unknown =>
  (JSON.parse(rig.read(`${folder}/summary.json`)) as { totals: unknown }).totals;

const statuses = ['passed', 'failed', 'error', 'skipped'] as const;
async function writeRun(): Promise<void> {
  const task = createTask('unit/backend');
  const other = createTask('unit/other');
  const tests = Array.from({ length: 120 }, (_, index) =>
    createTest(`test ${index}`, {
      status: statuses[index % 4] ?? 'passed',
      stdout: 'y'.repeat(index === 7 ? 20_000 : 300),
    }),
  );
  await rig.run('run', [
    startEvent(createPlan([task, other])),
    ...taskEvents(task.id, tests, { kind: 'tests-failed' }),
    ...taskEvents(other.id, [createTest('alone')], { kind: 'passed' }),
    finishEvent('failed'),
  ]);
}

describe('junit.xml with --split-max-bytes', () => {
  beforeEach(writeRun);

  test('is kept, and split into valid files that together are the same', async () => {
    const { text, exitCode } = await mergeInto('whole', ['run'], { splitMaxBytes: maxBytes });
    expect(exitCode).toBe(1);
    expect(text).toMatch(/1 test is larger than --split-max-bytes allows, and alone in a file: .*test 7\n/);
    const parts = partsOf('whole');
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.filter((path) => statSync(path).size > maxBytes)).toHaveLength(1);
    if (hasXmllint) {
      const { stderr, status } = spawnSync('xmllint', ['--noout', '--schema', schema, ...parts], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    }
    await mergeInto('of-parts', ['whole/junit-parts']);
    await mergeInto('of-whole', ['whole/junit.xml']);
    expect(totalsOf('of-parts')).toEqual(totalsOf('of-whole'));
    expect(totalsOf('of-parts')).toMatchObject({ tests: 121, passed: 31, failed: 30, errors: 30, skipped: 30 });
  });

  test('is counted once where it lies beside its parts', async () => {
    await mergeInto('both', ['run'], { splitMaxBytes: maxBytes });
    for (const paths of [['both'], ['both/**/*.xml']]) {
      expect((await mergeInto('again', paths)).text).toContain('Merged 1 report: 121 tests');
    }
    mkdirSync(join(rig.cwd, 'run/junit-parts'));
    writeFileSync(join(rig.cwd, 'run/junit-parts/junit-1.xml'), '<testsuites/>');
    expect((await mergeInto('logs', ['run'])).text).not.toContain('not merged');
  });

  test('of XML is split in the same way', async () => {
    const { text } = await mergeInto('xml', ['run/junit.xml'], { splitMaxBytes: maxBytes });
    expect(text).toContain('1 test is larger than --split-max-bytes allows');
    await mergeInto('of-parts', ['xml/junit-parts']);
    expect(totalsOf('of-parts')).toEqual(totalsOf('xml'));
  });

  test('leaves no parts of an earlier report', async () => {
    for (const paths of [['run'], ['run/junit.xml']]) {
      await mergeInto('out', ['run'], { splitMaxBytes: maxBytes });
      writeFileSync(join(rig.cwd, 'out/junit-parts/notes.txt'), 'of somebody else');
      await mergeInto('out', paths);
      expect(partsOf('out').map((path) => path.split('/').at(-1))).toEqual(['notes.txt']);
    }
  });
});

test('from the first moment of a run there is a part that says that it did not finish', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runner-parts-'));
  try {
    const parts = { maxBytes, warn: () => undefined };
    createJunitReporter({ path: join(folder, 'junit.xml'), spoolDir: join(folder, 'spool'), parts });
    expect(readFileSync(join(folder, 'junit-parts/junit-1.xml'), 'utf8')).toContain('run did not finish');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('a merge of XML', () => {
  beforeEach(writeRun);

  test('writes the reports that are asked for and no others', async () => {
    const { text } = await mergeInto('only', ['run/junit.xml'], { chosen: ['markdown'] });
    // And the mark by which the next run knows that the folder is not somebody else's.
    expect(readdirSync(join(rig.cwd, 'only'))).toEqual(['.runner-reports', 'summary.md']);
    expect(text).toContain('Report: only/summary.md');
  });

  test('that cannot be written is infrastructure, and a failure stays one', async () => {
    mkdirSync(join(rig.cwd, 'taken/junit.xml'), { recursive: true });
    expect(await mergeInto('taken', ['run/junit.xml'])).toMatchObject({
      exitCode: 3,
      text: expect.stringContaining('could not be written to') as string,
    });
    mkdirSync(join(rig.cwd, 'late/summary.json'), { recursive: true });
    expect((await mergeInto('late', ['run/junit.xml'])).exitCode).toBe(1);
  });

  test('tells GitHub Actions what failed, and adds its summary to the step', async () => {
    const summaryPath = join(rig.cwd, 'step.md');
    writeFileSync(summaryPath, 'of another program\n');
    writeFileSync(join(rig.cwd, 'half.xml'), '<testsuite><testcase name="a"/>');
    let written = '';
    const github = { write: (text: string) => void (written += text), summaryPath, prefix: 'shop' };
    await mergeInto('gh', ['run/junit.xml', 'half.xml'], { chosen: ['junit', 'json', 'markdown'], github });
    const lines = written.split('\n').filter((line) => line !== '');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(/^::error title=damaged::half\.xml is damaged/);
    expect(lines[1]).toMatch(
      /^::error file=shop\/tests\/test_a\.py,line=7,title=backend\.tests\.test_a test 1::E: boom/,
    );
    expect(lines[9]).toMatch(/^::error title=and 52 more errors::/);
    expect(readFileSync(summaryPath, 'utf8')).toBe(`of another program\n${rig.read('gh/summary.md')}`);
  });
});
