import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumPath, startBrowser, until, untilShown, violations } from '../support/browser.ts';
import type { OpenBrowser } from '../support/browser.ts';
import { hostilePage, payloads } from '../support/hostile-page.ts';
import { failingPage } from '../support/page-fixture.ts';
import { reportPage } from '../support/report-page.ts';
import { describeWith } from '../support/tools.ts';
import type { PageData } from '../../src/reporters/html/page-data.ts';

describeWith([chromiumPath, '--version'], 'report.html, of hostile output and damaged', () => {
  let browser: OpenBrowser;
  beforeAll(async () => void (browser = await startBrowser()));
  afterAll(() => browser[Symbol.asyncDispose]());

  it('runs nothing of what tests print, loads nothing, and shows all of it', async () => {
    expect(payloads.length).toBeGreaterThanOrEqual(50);
    const { page, complaints, requests } = await browser.open(await reportPage(hostilePage()));
    for (const more of await page.locator('.paged button').all()) await more.click();
    await page.getByRole('button', { name: 'Open all' }).click();
    await until(page, `document.querySelectorAll('.section-failures .card[open]').length === ${payloads.length}`);
    const shown = await page.locator('.section-failures').innerText();
    for (const payload of payloads) expect(shown).toContain(visible(payload));
    expect(await page.locator('body').innerText()).not.toMatch(/[^\P{C}\n\t]/u);
    const protocols = `[...new Set([...document.querySelectorAll('a[href]')].map((link) => new URL(link.href.baseVal ?? link.href, location).protocol))]`;
    expect(await page.evaluate(protocols)).toEqual(['file:']);
    await page.evaluate(`location.hash = '#view=tests&test=0.0'`);
    await page.waitForSelector('.detail');
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('typeof pwned')).toBe('undefined');
    const foreign = 'iframe, object, embed, img, base, form[action], #content script, #content style';
    expect(await page.locator(foreign).count()).toBe(0);
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
  });

  it('takes what looks like code in its address for text', async () => {
    const code = encodeURIComponent(`<img src=x onerror="window.pwned=1">`);
    const hash = `#view=tests&q=${code}&task=${code}&category=${code}&section=${code}`;
    const { page, complaints } = await browser.open(await reportPage(failingPage()), { hash });
    await untilShown(page, '0 of 307');
    expect(await page.evaluate('typeof pwned')).toBe('undefined');
    expect(complaints).toEqual([]);
  });

  it('cuts a line of 5 MB, shows more of it on demand, and copies all of it', async () => {
    const line = `${'x'.repeat(5_000_000)}end`;
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { page } = await browser.open(await reportPage(withOutput(line)), { permissions });
    const message = page.locator('.card').first().locator('.output').first();
    const length = async (): Promise<number> => ((await message.locator('pre').textContent()) ?? '').length;
    expect(await message.innerText()).toContain('more characters');
    const before = await length();
    expect(before).toBeLessThan(2_000);
    await message.getByRole('button', { name: /Show more/ }).click();
    expect(await length()).toBeGreaterThan(before * 4);
    await message.getByRole('button', { name: /^Copy/ }).click();
    await until(page, `document.querySelector('[role=status]').textContent === 'Copied'`);
    expect(await page.evaluate('navigator.clipboard.readText().then((text) => text.length)')).toBe(line.length);
  });

  it.each([
    ['has no data', (html: string) => html.replace(/<script type="application\/json".*?<\/script>/s, '')],
    ['has half of its data', (html: string) => html.replace(/"groups":.*?<\/script>/s, '</script>')],
    ['was written for another page', (html: string) => html.replace('"format":1', '"format":99')],
    [
      'holds what no page can show',
      (html: string) => html.replace(/"tasks":\[.*?\],"groups"/s, '"tasks":null,"groups"'),
    ],
  ])('says that it cannot be shown where it %s, and never looks like a pass', async (_, damage) => {
    const { page } = await browser.open(damage(await reportPage(failingPage())));
    expect(await page.locator('h1').textContent()).toBe('This report cannot be shown');
    expect(await page.locator('main').innerText()).toContain('junit.xml');
  });
});

function withOutput(text: string): PageData {
  const data = failingPage();
  const problems = [{ kind: 'failure', type: 'T', message: text, details: '' }] as const;
  const groups = data.groups.map((group) => ({
    ...group,
    tests: group.tests.map(([file, className, name, status, durationMs, line, details]) => {
      const more = status === 'f' ? { problems, stdout: `${text}\n${text}` } : {};
      return [file, className, name, status, durationMs, line, { ...details, ...more }] as const;
    }),
  }));
  return { ...data, groups };
}

/** A payload as the page has to show it: each character that hides or moves others as a mark, no terminal command. */
function visible(payload: string): string {
  // eslint-disable-next-line no-control-regex
  const shown = payload.replace(/\u001b\][^\u0007]*\u0007|(?:\u001b\[|\u009b)[0-9;]*[A-Za-z]/g, '');
  return Array.from(shown, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    const hidden = /[\u0080-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/.test(character);
    return hidden ? `U+${code.toString(16).toUpperCase().padStart(4, '0')}` : character;
  }).join('');
}
