import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumPath, startBrowser, until, untilShown, violations } from '../support/browser.ts';
import type { OpenBrowser, OpenOptions, OpenPage } from '../support/browser.ts';
import { failingPage, largePage, passingPage } from '../support/page-fixture.ts';
import { reportPage } from '../support/report-page.ts';
import { describeWith } from '../support/tools.ts';
import type { PageData } from '../../src/reporters/html/page-data.ts';

const openCards = `document.querySelectorAll('.section-failures .card[open]').length`;

describeWith([chromiumPath, '--version'], 'report.html in a browser', () => {
  let browser: OpenBrowser;
  beforeAll(async () => void (browser = await startBrowser()));
  afterAll(() => browser[Symbol.asyncDispose]());

  const open = async (data: PageData, how: OpenOptions = {}): Promise<OpenPage> =>
    browser.open(await reportPage(data), how);

  it('shows what is broken first, and all that is known of a failure', async () => {
    const { page } = await open(failingPage());
    expect(await page.locator('h1').textContent()).toBe('Infrastructure failed');
    expect(await page.locator('main h2').allTextContents()).toEqual([
      'Wrong with the run itself',
      'Failures 4',
      'Not run 2',
      'Flaky 1',
      'Quarantined 2',
      'Categories 4',
      'Timeline',
      'Slowest',
      'Warnings and other reports',
    ]);
    const failure = page.locator('.card', { hasText: 'test_rejects_expired_token' });
    const text = await failure.innerText();
    for (const part of ['tests/api/test_feature_0.py:57', 'assert 200 == 401', 'clock skew', 'Another attempt']) {
      expect(text).toContain(part);
    }
    expect(await page.locator('.diff-expected').first().textContent()).toContain('Ada Lovelace');
    const quarantined = await page.locator('.section-quarantined tbody tr').first().innerText();
    expect(quarantined).toMatch(/team-search\s+2026-11-24\s+4/);
  });

  it('has no alarming part where all passed', async () => {
    const { page } = await open(passingPage());
    expect(await page.locator('h1').textContent()).toBe('Passed');
    const parts = await page.locator('main h2').allTextContents();
    expect(parts).toEqual(['Categories 3', 'Timeline', 'Slowest', 'Other reports']);
  });

  it('searches and filters, and keeps both in its address, so that back and forward work', async () => {
    const { page } = await open(failingPage());
    await page.getByRole('link', { name: /^Tests/ }).click();
    await page.getByRole('searchbox').fill('feature_1');
    await page.getByRole('button', { name: /^flaky/ }).click();
    await until(page, `location.hash === '#view=tests&q=feature_1&status=flaky'`);
    await untilShown(page, '1 of 307');
    expect(await page.locator('#list [role=option]').allInnerTexts()).toEqual([
      expect.stringContaining('presence_is_broadcast'),
    ]);
    await page.goBack();
    await page.goBack();
    await untilShown(page, '307 of 307');
    await page.goForward();
    await page.goForward();
    await untilShown(page, '1 of 307');
    await page.reload();
    await untilShown(page, '1 of 307');
    expect(await page.getByRole('searchbox').inputValue()).toBe('feature_1');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('combobox', { name: 'Category' }).selectOption('websocket');
    await untilShown(page, '5 of 307');
    await page.getByRole('searchbox').fill('no such test');
    await untilShown(page, '0 of 307');
    await until(page, `document.querySelector('[role=status]').textContent === '0 tests of 307 shown'`);
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = await open(failingPage());
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('j');
    expect(await focused(page)).toContain('shows the name as it was stored');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.card:not([open]) >> text=shows the name as it was stored');

    await page.keyboard.press('/');
    await until(page, `document.activeElement.id === 'search'`);
    await page.keyboard.type('task:websocket');
    await page.keyboard.press('Enter');
    await untilShown(page, '5 of 307');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await untilActive(page, 'test_large_frame');
    await page.keyboard.press('Enter');
    await until(page, `document.activeElement.id === 'detail-title'`);
    expect(await page.locator('.detail').innerText()).toContain('killed by SIGSEGV');
    await page.keyboard.press('j');
    await until(page, `document.querySelector('#detail-title').textContent.includes('test_close_code')`);
    await page.keyboard.press('Escape');
    await until(page, `document.activeElement.id === 'list'`);
    await page.locator('.detail').waitFor({ state: 'detached' });

    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').innerText()).toContain('search the tests');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('does nothing on keys of one letter where a reader has turned them off', async () => {
    const { page } = await open(failingPage(), { hash: '#view=overview&keys=off' });
    await page.keyboard.press('/');
    await page.keyboard.press('?');
    expect(new URL(page.url()).hash).toBe('#view=overview&keys=off');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('goes through the timeline with the arrow keys, and tells it as a table', async () => {
    const { page } = await open(failingPage());
    await page.locator('a.bar').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.tip').innerText()).toContain('api/backend/2');
    await page.keyboard.press('Enter');
    await untilShown(page, /^37 of 307$/);
    await page.goBack();
    await page.getByText('The timeline as a table').click();
    await page.locator('.as-table tbody tr').first().waitFor();
    expect(await page.locator('.as-table tbody tr').count()).toBe(16);
    expect(await page.locator('.as-table').innerText()).toContain('attempt 2 of 2: retry');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await until(
      page,
      `(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth * 1.5)(document.querySelector('.timeline-scroll'))`,
    );
  });

  it('copies commands, by the clipboard or without it', async () => {
    const { page } = await open(failingPage(), { permissions: ['clipboard-read', 'clipboard-write'] });
    const copy = page.getByRole('button', { name: 'Copy: Run again what is outstanding' });
    await copy.click();
    await until(page, `document.querySelector('[role=status]').textContent === 'Copied'`);
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(failingPage().run.rerun);

    await page.evaluate(`navigator.clipboard.writeText('something else')`);
    await page.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })`);
    await copy.click();
    await page.evaluate(`Reflect.deleteProperty(navigator, 'clipboard')`);
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(failingPage().run.rerun);
    expect(await focused(page)).toMatch(/^Cop/);
  });

  it('prints the failures whole, whatever was open', async () => {
    const { page } = await open(failingPage());
    await page.getByRole('button', { name: 'Open all' }).click();
    await page.getByRole('button', { name: 'Close all' }).click();
    await until(page, `${openCards} === 0`);
    await page.evaluate(`addEventListener('beforeprint', () => (document.title = ${openCards} + ' on paper'))`);
    const paper = await page.pdf({ format: 'A4' });
    expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await page.title()).toBe('4 on paper');
    await until(page, `${openCards} === 0`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.header nav').isVisible()).toBe(false);
    expect(await page.locator('.section-tools').first().isVisible()).toBe(false);
  });

  it('prints more failures than a screen begins with, and says how many it leaves out', async () => {
    const { page } = await open(largePage(2_000, 0.3));
    expect(await page.locator('.section-failures .card').count()).toBe(25);
    const paper = `[document.querySelectorAll('.section-failures .card').length, document.querySelector('.section-failures .paged').innerText].join()`;
    await page.evaluate(`addEventListener('beforeprint', () => (document.title = ${paper}))`);
    await page.pdf({ format: 'A4' });
    expect(await page.title()).toMatch(/^300,And \d+ more failures/);
  });

  it.each([
    ['the overview of a failed run', failingPage, ''],
    ['the overview of a passed run', passingPage, ''],
    ['all tests', failingPage, '#view=tests'],
    ['a test', failingPage, '#view=tests&sort=attention&test=3.40'],
    ['a search without a result', failingPage, '#view=tests&q=nothing-like-it'],
  ] as const)('leaves axe nothing to say of %s, light and dark, wide and narrow', async (_, data, hash) => {
    const looks = [{ colorScheme: 'light' }, { colorScheme: 'dark', viewport: { width: 360, height: 780 } }] as const;
    for (const look of looks) {
      const { page, complaints, requests } = await open(data(), { hash, ...look });
      if (hash === '' && data === failingPage) {
        await page.getByRole('button', { name: 'Open all' }).click();
        const closed = page.locator('.task-block > summary, .as-table > summary');
        for (const summary of await closed.all()) await summary.click();
      }
      expect(await violations(page)).toEqual([]);
      expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
    }
  });

  it.each([
    [360, '', 1],
    [360, '#view=tests', 1],
    [360, '#view=tests&test=3.40', 1],
    [640, '', 2],
    [640, '#view=tests&test=3.40', 2],
  ])('fits into %i pixels (%j, %ix)', async (width, hash, deviceScaleFactor) => {
    const { page } = await open(failingPage(), { hash, viewport: { width, height: 450 }, deviceScaleFactor });
    const { scrollWidth, clientWidth } = await page.evaluate<{ scrollWidth: number; clientWidth: number }>(
      `(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.documentElement)`,
    );
    expect(scrollWidth).toBe(clientWidth);
  });

  it('changes between light and dark, and remembers that in its address', async () => {
    const { page } = await open(passingPage(), { colorScheme: 'light' });
    const back = `getComputedStyle(document.documentElement).backgroundColor`;
    const light = await page.evaluate<string>(back);
    await page.getByRole('button', { name: 'Show it dark' }).click();
    await until(page, `location.hash.includes('theme=dark') && ${back} !== '${light}'`);
    await page.getByRole('button', { name: 'Show it light' }).click();
    await until(page, `!location.hash.includes('theme') && ${back} === '${light}'`);
  });

  it('makes only what can be seen of 100,000 tests, and reaches the last of them', async () => {
    const { page, complaints } = await open(largePage(100_000), { hash: '#view=tests' });
    await untilShown(page, '100,000 of 100,000');
    expect(await page.getByRole('option').count()).toBeLessThan(80);
    await page.locator('#list').focus();
    await page.keyboard.press('End');
    await page.waitForSelector('[role=option][aria-posinset="100000"]');
    await untilActive(page, 'test_case_');
    await page.getByRole('button', { name: /^failed/ }).click();
    await untilShown(page, /^\d{3} of 100,000$/);
    await page.getByRole('searchbox').fill('area_7 >1s');
    await untilShown(page, /^\d of 100,000$/);
    expect(complaints).toEqual([]);
  });

  it('says so where it does not list every test that was counted', async () => {
    const { run, ...data } = passingPage();
    const totals = { ...run.totals, tests: run.totals.tests + 1_200 };
    const { page } = await open({ ...data, run: { ...run, totals } }, { hash: '#view=tests' });
    expect(await page.locator('main').innerText()).toContain('1,200 more tests passed or were skipped');
  });
});

/** Text of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`document.activeElement.innerText`);
}

/** The list of tests has the focus, and the row that keys act on has this text. */
async function untilActive(page: Page, text: string): Promise<void> {
  await until(
    page,
    `document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText.includes('${text}')`,
  );
}
