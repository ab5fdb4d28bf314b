import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** The browser of this machine: none is downloaded. */
export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** A browser, and pages that are opened as a reader does: from a file. `await using` ends it. */
export interface OpenBrowser extends AsyncDisposable {
  open(html: string, how?: OpenOptions): Promise<OpenPage>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** With its `#`. */
  readonly hash?: string;
}

export interface OpenPage {
  readonly page: Page;
  /** Milliseconds from the request until the page is there and has been painted. */
  readonly openMs: number;
  /** Errors and warnings of the console, what was thrown, and dialogs. */
  readonly complaints: readonly string[];
  /** What the page asked for beside its own file. */
  readonly requests: readonly string[];
}

/** Starts the browser of this machine. */
export async function startBrowser(): Promise<OpenBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'runner-page-'));
  const browser = await chromium.launch({ executablePath: chromiumPath });
  let files = 0;
  return {
    async open(html, { hash = '', ...options } = {}) {
      const file = join(folder, `report-${(files += 1)}.html`);
      await writeFile(file, html);
      return openPage(browser, `${pathToFileURL(file).href}${hash}`, options);
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openPage(browser: Browser, url: string, options: BrowserContextOptions): Promise<OpenPage> {
  const viewport = { width: 1280, height: 900 };
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', viewport, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== url.replace(/#.*/, '') && !request.url().startsWith('data:')) requests.push(request.url());
  });
  const from = performance.now();
  await page.goto(url);
  await page.waitForSelector('h1');
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return { page, openMs: performance.now() - from, complaints, requests };
}

/** Waits until an expression holds in a page. Not by `waitForFunction`, which needs what the policy of the page forbids. */
export async function until(page: Page, expression: string): Promise<void> {
  await page.evaluate(
    `new Promise((done) => (function check() { (${expression}) ? done() : setTimeout(check, 10); })())`,
  );
}

/** Waits until the list of tests says how many it shows. */
export async function untilShown(page: Page, text: string | RegExp): Promise<void> {
  await page.locator('.result', { hasText: text }).waitFor();
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** What axe finds wrong with a page, as one line each. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Evaluated, and not as a <script>, which the page would rightly refuse.
  await page.evaluate(`${axe};0`);
  const found = await page.evaluate<AxeResults>('axe.run()');
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
  );
}
