import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import { createHtmlReport } from '../../../src/reporters/html/html-report.ts';
import type { HtmlReportOptions } from '../../../src/reporters/html/html-report.ts';
import type { PageData } from '../../../src/reporters/html/page-data.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { TestResult } from '../../../src/model/test.ts';
import { readPageData } from '../../support/page-data.ts';
import {
  createPlan,
  createTask,
  createTest,
  finishEvent,
  startEvent,
  taskEvents,
  timed,
} from '../../support/run-events.ts';

let folder = '';
let path = '';
const script = 'document.title = "</scr" + "ipt>";';
const style = 'body { margin: 0 }';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-html-'));
  path = join(folder, 'report.html');
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets/page.js'), script);
  writeFileSync(join(folder, 'assets/page.css'), style);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function ended(task: string, tests: readonly TestResult[]): readonly EventBody[] {
  const outcome: Outcome = tests.some(({ status }) => status === 'failed') ? failed : passed;
  return taskEvents(task, tests, outcome);
}

async function write(bodies: readonly EventBody[], change: Partial<HtmlReportOptions> = {}): Promise<PageData> {
  const reporter = createHtmlReport({
    ...{ path, spoolDir: join(folder, 'spool'), assetsDir: join(folder, 'assets'), rerun: null, links: [] },
    ...change,
  });
  for (const event of timed(bodies)) reporter.onEvent(event);
  await reporter.close?.();
  return readPageData(path);
}

const [backend, web] = [createTask('unit/backend'), createTask('unit/web')];
const passed = { kind: 'passed' } as const;
const failed = { kind: 'tests-failed' } as const;
const problem = { kind: 'failure', type: 'AssertionError', message: 'one is not two', details: 'at line 7' } as const;

describe('a page of a run', () => {
  test('holds each test once, in the order of the plan, with its file, class and letter', async () => {
    const plan = createPlan([backend, web]);
    const { groups, run } = await write([
      startEvent(plan),
      ...ended(web.id, [createTest('b', { flaky: true }), createTest('c', { status: 'skipped', skipReason: 'later' })]),
      ...ended(backend.id, [
        createTest('a', { line: 7 }),
        createTest('d', { status: 'failed', problems: [problem] }),
        createTest('e', { status: 'skipped', notRun: true, skipReason: 'not run: killed' }),
      ]),
      finishEvent('failed'),
    ]);
    expect(groups.map(({ task, tests }) => [task, tests.map(([, , name, status]) => `${name} ${status}`)])).toEqual([
      [0, ['a p', 'd f', 'e n']],
      [1, ['b F', 'c s']],
    ]);
    expect(groups[0]?.tests[1]?.[6]?.problems).toEqual([problem]);
    expect(run).toMatchObject({ verdict: 'failed', exitCode: 1, totals: { tests: 5, failed: 1, flaky: 1 } });
  });

  test('names the only script and the only style that may run by their hashes', async () => {
    await write([startEvent(createPlan([backend])), ...ended(backend.id, [createTest('a')]), finishEvent('passed')]);
    const page = readFileSync(path, 'utf8');
    const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
    expect(page).toContain(`default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'`);
    expect(page).toContain(`<script>${script}</script>`);
  });

  test('cannot be left by anything that a test is called or has printed', async () => {
    const evil = '</script><script>alert(1)</script><!-- \u2028 & "';
    const bad = { ...problem, message: evil, details: evil };
    const { groups } = await write([
      startEvent({ ...createPlan([backend]), project: evil }),
      ...ended(backend.id, [createTest(evil, { status: 'failed', problems: [bad], stdout: evil })]),
      finishEvent('failed'),
    ]);
    const page = readFileSync(path, 'utf8').replace(`<script>${script}</script>`, '');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('alert(1)</script>');
    expect(groups[0]?.tests[0]?.[2]).toBe(evil);
    expect(groups[0]?.tests[0]?.[6]?.problems?.[0]?.message).toBe(evil);
  });

  test('is compressed when there is much to tell, and holds the same', async () => {
    const tests = Array.from({ length: 60_000 }, (_, index) => createTest(`a test with a long name, number ${index}`));
    const { groups } = await write([
      startEvent(createPlan([backend])),
      ...ended(backend.id, tests),
      finishEvent('passed'),
    ]);
    expect(readFileSync(path, 'utf8')).toContain('application/gzip');
    expect(groups[0]?.tests).toHaveLength(60_000);
    expect(groups[0]?.tests[59_999]?.[2]).toBe('a test with a long name, number 59999');
  });

  test('shows the beginning of texts where thousands of tests fail, and leaves no failure out', async () => {
    const long = { ...problem, details: 'x'.repeat(60_000) };
    const tests = Array.from({ length: 2_000 }, (_, index) =>
      createTest(`t${index}`, { status: 'failed', problems: [long] }),
    );
    const { groups } = await write([
      startEvent(createPlan([backend])),
      ...ended(backend.id, tests),
      finishEvent('failed'),
    ]);
    const details = (groups[0]?.tests ?? []).map((row) => row[6]?.problems?.[0]?.details.length ?? 0);
    expect(details).toHaveLength(2_000);
    expect(details[0]).toBe(60_000);
    expect(details.at(-1)).toBeGreaterThan(500);
    expect(details.reduce((sum, length) => sum + length, 0)).toBeLessThan(24 * 1024 * 1024);
  });

  test('says that a run did not finish, and what it did not reach', async () => {
    const { run, tasks, groups } = await write([
      startEvent(createPlan([backend, web])),
      ...ended(backend.id, [createTest('a')]),
    ]);
    expect(run).toMatchObject({ verdict: 'incomplete', exitCode: 5 });
    expect(run.alerts.map(({ text }) => text)).toContain('1 of 2 tasks have no result');
    expect(tasks.map(({ outcome }) => outcome)).toEqual(['passed', 'unfinished']);
    expect(groups.map(({ task }) => task)).toEqual([0]);
  });

  test('hides secrets in the commands that it shows', async () => {
    const bad = createTest('a', { status: 'failed', problems: [problem] });
    const { groups } = await write(
      [startEvent(createPlan([backend])), ...ended(backend.id, [bad]), finishEvent('failed')],
      {
        rerun: {
          ...{ program: ['runner'], options: ['--set=key=s3cret'], extraArgs: [] },
          ...{ pathFor: (file) => file, ownersOf: () => [] },
        },
        mask: (text) => text.replaceAll('s3cret', '***'),
      },
    );
    expect(groups[0]?.tests[0]?.[6]?.rerun).toContain('--set=key=***');
  });
});

test('a page that cannot be written leaves the one that was there, and nothing else', async () => {
  writeFileSync(path, 'before');
  rmSync(join(folder, 'assets'), { recursive: true });
  const reporter = createHtmlReport({
    ...{ path, spoolDir: join(folder, 'spool'), assetsDir: join(folder, 'assets'), rerun: null, links: [] },
  });
  for (const event of timed([startEvent(createPlan([backend])), finishEvent('passed')])) reporter.onEvent(event);
  await expect(reporter.close?.()).rejects.toThrow('page.css');
  expect(readFileSync(path, 'utf8')).toBe('before');
  expect(existsSync(join(folder, 'spool'))).toBe(false);
});
