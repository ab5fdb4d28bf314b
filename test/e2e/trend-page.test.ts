import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumPath, startBrowser, until, violations } from '../support/browser.ts';
import type { OpenBrowser, OpenPage } from '../support/browser.ts';
import { eventsOf, ranOnce, record, timedTest } from '../support/history.ts';
import { payloads } from '../support/hostile-page.ts';
import { longHistory } from '../support/long-history.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';
import { describeWith } from '../support/tools.ts';

const nextMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const config = `
version: 1
project: remembers
suites: { backend: { framework: command, command: [node, -e, ''] } }
categories: { unit: { tests: [{ suite: backend }] } }
quarantine:
  - { test: 'tests/chat.py::py::test_reconnect', owner: team-chat, until: ${nextMonth}, reason: '#1' }
`;

describeWith([chromiumPath, '--version'], 'the page of the history', () => {
  let browser: OpenBrowser;
  let rig: Rig;
  beforeAll(async () => {
    browser = await startBrowser();
    rig = await createRig({ 'runner.config.yaml': config });
    mkdirSync(rig.path('.runner'));
    for (const events of longHistory(48, Date.now())) await record(rig.path('.runner/history.sqlite'), events);
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await rig[Symbol.asyncDispose]();
  });
  const trend = (...args: string[]): Promise<CliRun> =>
    rig.runWith({ replay: false }, 'history', 'trend', '--html', ...args);
  const open = async (file: string, how: Parameters<OpenBrowser['open']>[1] = {}): Promise<OpenPage> =>
    browser.open(await readFile(rig.path(file), 'utf8'), how);

  it('shows runs, categories by environment, flaky tests, what got slower and what is slowest', async () => {
    const { exitCode, stdout } = await trend();
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '.runner/history.html\n' });
    const { page, complaints, requests } = await open('.runner/history.html');
    expect(await page.locator('h1').innerText()).toBe('History of remembers');
    expect(await page.locator('main h2').allTextContents()).toEqual([
      'Runs 48',
      'Categories by environment 6',
      'Flaky tests 1',
      'Slower than before 1',
      'Slowest',
    ]);
    expect(await page.locator('.runs-chart g').count()).toBe(48);
    const category = await page.locator('.section-categories tbody tr', { hasText: 'api' }).first().innerText();
    expect(category.replace(/\s+/g, ' ')).toBe('api local 36 100 % 1.3s');
    const flaky = (await page.locator('.section-flaky tbody tr').first().innerText()).replace(/\s+/g, ' ');
    expect(flaky).toMatch(
      /^test_reconnect tests\/chat.py \(backend\) [\d.]+ % [\d.]+ % \d+ of \d+ 16 .* team-chat, until \d{4}-\d\d-\d\d$/,
    );
    expect(await page.locator('.section-flaky').innerText()).toContain('Always failing: broken, not flaky 1');
    const drift = (await page.locator('.section-drift tbody tr').innerText()).replace(/\s+/g, ' ');
    expect(drift).toBe('tests/search.py backend, in local 430ms of 31 runs 1.3s of 5 runs 3.0x');
    await openTable(page);
    expect(await page.locator('.section-runs tbody tr').count()).toBe(48);
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
  });

  it('leaves axe nothing to say, light and dark, wide and narrow, and fits', async () => {
    await trend('looks.html');
    const looks = [{ colorScheme: 'light' }, { colorScheme: 'dark', viewport: { width: 360, height: 780 } }] as const;
    for (const look of looks) {
      const { page } = await open('looks.html', look);
      await openTable(page);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
        0,
      );
      const [was, button] = [look.colorScheme, look.colorScheme === 'light' ? 'Show it dark' : 'Show it light'];
      await page.getByRole('button', { name: button }).click();
      await until(page, `document.documentElement.dataset.theme === '${was === 'light' ? 'dark' : 'light'}'`);
    }
  });

  it('shows any name as text, and runs none of it', async () => {
    const tests = payloads.map((payload) => timedTest(payload, payload, 60_000, { status: 'failed' }));
    for (let run = 0; run < 3; run += 1) {
      const tasks = [ranOnce(payloads[0] ?? '', tests, { category: payloads[1] ?? '', suite: payloads[2] ?? '' })];
      await record(rig.path('hostile.sqlite'), eventsOf({ runId: `${payloads[3] ?? ''}${run}`, tasks }));
    }
    const { exitCode } = await trend('hostile.html', '--history', 'hostile.sqlite');
    expect(exitCode).toBe(0);
    const { page, complaints, requests } = await open('hostile.html');
    await openTable(page);
    expect(await page.locator('.section-runs').innerText()).toContain('<script>');
    expect(await page.evaluate('typeof pwned')).toBe('undefined');
    expect(await page.locator('body').innerText()).not.toMatch(/[^\P{C}\n\t]/u);
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
  });

  it('shows a history of one run, one without runs, and one of 1,000', async () => {
    const [first = []] = longHistory(1, Date.now());
    await record(rig.path('one.sqlite'), first);
    await trend('one.html', '--history', 'one.sqlite');
    const { page: one } = await open('one.html');
    expect(await one.locator('main h2').first().textContent()).toBe('Runs 1');
    expect(await one.locator('.section-drift').innerText()).toContain('No file takes 2 times as long');

    await trend('none.html', '--history', 'one.sqlite', '--env', 'prod');
    const { page: none } = await open('none.html');
    expect(await none.locator('main').innerText()).toContain('No run is remembered in prod');

    repeatRun(rig.path('one.sqlite'), 1_000);
    const { exitCode } = await trend('many.html', '--history', 'one.sqlite', '--last', '1000');
    expect(exitCode).toBe(0);
    const { page: many, complaints } = await open('many.html');
    expect(await many.locator('main h2').first().textContent()).toBe('Runs 1,000');
    expect(await many.locator('.runs-chart g').count()).toBe(1_000);
    expect(await many.locator('.section-drift').innerText()).not.toContain('omitted');
    expect(complaints).toEqual([]);
  });

  it('says what is wrong instead of writing over something else or showing a broken history', async () => {
    const before = readFileSync(rig.path('runner.config.yaml'), 'utf8');
    expect(await trend('runner.config.yaml')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--html runner.config.yaml: something else is there') as string,
    });
    expect(readFileSync(rig.path('runner.config.yaml'), 'utf8')).toBe(before);
    expect(await trend('.')).toMatchObject({ exitCode: 2 });
    expect((await trend('x.html', '--json')).stderr).toContain('--html and --json contradict each other');
    expect((await rig.runWith({ replay: false }, 'history', 'runs', '--html')).stderr).toContain('use it with trend');

    const bytes = readFileSync(rig.path('.runner/history.sqlite'));
    writeFileSync(rig.path('damaged.sqlite'), bytes.fill(0x5a, 4_096));
    const damaged = await trend('x.html', '--history', 'damaged.sqlite');
    expect(damaged.exitCode).toBe(2);
    expect(damaged.stderr).toContain('the history cannot be read:');
    expect(await trend('x.html', '--history', 'missing.sqlite')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('nothing is remembered yet') as string,
    });
  });

  it('says so where it was cut off', async () => {
    await trend('whole.html');
    const whole = await readFile(rig.path('whole.html'), 'utf8');
    const { page } = await browser.open(whole.replace(/"kind":"trend"/, '"kind":"other"'));
    expect(await page.locator('body').innerText()).toContain('runner history trend --html makes it again');
  });
});

async function openTable(page: Page): Promise<void> {
  await page.getByText('The runs as a table').click();
  await page.locator('.section-runs tbody tr').first().waitFor();
}

/** Makes a history of one run one of many. */
function repeatRun(path: string, runs: number): void {
  const db = new DatabaseSync(path);
  const more = `WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < ${runs - 1})`;
  const columns = `project, environment, selection, shard, slots, verdict`;
  const rest = `tests, passed, failed, errors, skipped, flaky, commit_id, branch, clean, machine, left_out`;
  const own = (table: string, names: string): string =>
    `INSERT INTO ${table} (run, ${names}) ${more} SELECT run + n, ${names} FROM ${table}, more WHERE run = (SELECT min(id) FROM runs);`;
  db.exec(`
    ${own('category_runs', 'category, tests, passed, failed, errors, skipped, duration_ms')}
    ${own('file_runs', 'file, ms, use, attempts, outcome, detail')}
    ${own('test_runs', 'test, status, ms, attempts, seen')}
    INSERT INTO runs (id, run, parts, started_at, duration_ms, ${columns}, ${rest})
      ${more} SELECT id + n, run || n, parts, started_at + n * 60000, duration_ms + n, ${columns}, ${rest} FROM runs, more;`);
  db.close();
}
