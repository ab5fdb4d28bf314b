// How long report.html takes to open in a browser, from the request until it is painted, with 10,000 and 100,000 tests, and to search them.
import { chromium } from 'playwright-core';
import { startBrowser, chromiumPath } from '../test/support/browser.ts';
import { largePage } from '../test/support/page-fixture.ts';
import { reportPage } from '../test/support/report-page.ts';
import { report } from './support/report.mjs';

const rounds = 7;
const searchMs = `new Promise((done) => {
  const from = performance.now();
  const result = document.querySelector('.result');
  new MutationObserver(() => requestAnimationFrame(() => done(performance.now() - from))).observe(result, { subtree: true, characterData: true, childList: true });
  location.hash = '#view=tests&q=area_7%20feature_3&sort=slowest';
})`;

await using browser = await startBrowser();
const rows = [];
for (const tests of [10_000, 100_000]) {
  const html = await reportPage(largePage(tests));
  const times = { 'Open the overview of': [], 'Open the list of': [], 'Search and sort': [] };
  for (let round = 0; round < rounds; round += 1) {
    times['Open the overview of'].push(await open(html, ''));
    const { page, openMs } = await browser.open(html, { hash: '#view=tests' });
    times['Open the list of'].push(openMs);
    times['Search and sort'].push(await page.evaluate(searchMs));
    await page.context().close();
  }
  for (const [name, taken] of Object.entries(times))
    rows.push({ name: `${name} ${tests.toLocaleString('en-US')}`, mib: html.length / 2 ** 20, ...median(taken) });
}
const medianOf = (name) => rows.find((row) => row.name === name).wallMs;
report({
  name: 'report-html',
  title: 'Opening report.html',
  method: `Median of ${rounds} rounds, each with a profile of its own: from the request for the file until the page is painted.`,
  tables: [],
  values: {
    'overview-10000': medianOf('Open the overview of 10,000'),
    'list-10000': medianOf('Open the list of 10,000'),
    'overview-100000': medianOf('Open the overview of 100,000'),
    'list-100000': medianOf('Open the list of 100,000'),
  },
  notes: rows.map(({ name, wallMs, minMs, maxMs, mib }) => {
    return `${name} tests (a file of ${mib.toFixed(1)} MiB): ${wallMs} ms [${minMs} - ${maxMs}].`;
  }),
  versions: { browser: await version() },
});

async function open(html, hash) {
  const { page, openMs } = await browser.open(html, { hash });
  await page.context().close();
  return openMs;
}

function median(taken) {
  const sorted = taken.map((ms) => Math.round(ms)).sort((a, b) => a - b);
  return { wallMs: sorted[Math.floor(sorted.length / 2)], minMs: sorted[0], maxMs: sorted.at(-1) };
}

async function version() {
  const started = await chromium.launch({ executablePath: chromiumPath });
  const text = started.version();
  await started.close();
  return text;
}
