import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumPath, startBrowser, untilShown, violations } from '../support/browser.ts';
import type { OpenBrowser } from '../support/browser.ts';
import { createRig } from '../support/rig.ts';
import { describeWith } from '../support/tools.ts';

const files = {
  'runner.config.yaml': `
version: 1
project: page
suites:
  lib: { framework: node, files: ['*.test.mjs'] }
  late: { framework: command, command: [sh, -c, 'exit 0'] }
categories:
  unit: { tests: [{ suite: lib }] }
  last: { tests: [{ suite: late }], dependsOn: [unit] }
`,
  'good.test.mjs': `
import { test } from 'node:test';
test('adds', () => {});
test('waits for better days', { skip: 'later' }, () => {});
`,
  'bad.test.mjs': `
import { test } from 'node:test';
import assert from 'node:assert/strict';
test('shows </script><script>window.pwned = 1</script>', () => {
  console.log('printed \\u001b[31mred\\u001b[0m \\u202e and hidden');
  assert.deepEqual({ city: 'Bern' }, { city: 'Brno' });
});
`,
};

describeWith([chromiumPath, '--version'], 'the page of a run of the command line', () => {
  let browser: OpenBrowser;
  beforeAll(async () => void (browser = await startBrowser()));
  afterAll(() => browser[Symbol.asyncDispose]());

  it('tells in a browser what the run told, and how to run again what failed', async () => {
    await using rig = await createRig(files);
    const run = await rig.run();
    expect(run.exitCode).toBe(1);
    const { page, complaints, requests } = await browser.open(await readFile(rig.path('reports/report.html'), 'utf8'));
    expect(await page.locator('h1').textContent()).toBe('Failed');
    const finished = run.events.find((event) => event.type === 'run-finished');
    const totals = finished?.type === 'run-finished' ? finished.totals : null;
    expect(totals).toMatchObject({ failed: 1, passed: 1 });
    const numbers = (await page.locator('.numbers li').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    expect(numbers).toEqual([
      `${totals?.failed} failed`,
      `${totals?.errors} errors`,
      '0 flaky',
      `${totals?.passed} passed`,
      `${totals?.skipped} skipped`,
    ]);
    expect(await page.locator('.section-alerts').innerText()).toContain('blocked by unit');

    const failure = await page.locator('.section-failures').innerText();
    for (const part of ['shows </script><script>', 'bad.test.mjs:4', "'Bern'", "'Brno'", '--file']) {
      expect(failure).toContain(part);
    }
    const [expected] = await page.locator('.diff-expected').allTextContents();
    const [actual] = await page.locator('.diff-actual').allTextContents();
    expect([expected, actual]).toEqual([expect.stringContaining('Brno'), expect.stringContaining('Bern')]);

    await page.getByRole('link', { name: /^Tests/ }).click();
    await untilShown(page, `${totals?.tests} of ${totals?.tests}`);
    expect(await page.evaluate('typeof pwned')).toBe('undefined');
    expect(await violations(page)).toEqual([]);
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
  });
});
