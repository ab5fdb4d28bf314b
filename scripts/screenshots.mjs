// Writes docs/images: what report.html looks like in a browser. Not checked, since every browser draws letters in its own way.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from '../test/support/browser.ts';
import { historyPage } from '../test/support/history-page.ts';
import { failingPage, largePage, passingPage } from '../test/support/page-fixture.ts';
import { reportPage } from '../test/support/report-page.ts';

const folder = 'docs/images';
const mostBytes = 250_000;
const pictures = [
  { name: 'report-failing', data: failingPage(), colorScheme: 'light', from: '.section-failures' },
  { name: 'report-light', data: passingPage(), colorScheme: 'light' },
  { name: 'report-dark', data: failingPage(), colorScheme: 'dark', hash: '#view=tests&sort=attention&test=2.80' },
  { name: 'report-timeline', data: failingPage(), colorScheme: 'dark', from: '.section-categories' },
  { name: 'report-100000', data: largePage(100_000), colorScheme: 'light', hash: '#view=tests&sort=slowest' },
];

mkdirSync(folder, { recursive: true });
await using browser = await startBrowser();
for (const { name, data, colorScheme, hash = '', from } of pictures) {
  await take(name, await reportPage(data), { hash, colorScheme, from });
}
await take('history', await historyPage(), { colorScheme: 'light' });

async function take(name, html, { from, ...how }) {
  const viewport = { width: 1200, height: 800 };
  const { page } = await browser.open(html, { ...how, viewport });
  if (from !== undefined) await page.locator(from).evaluate((part) => part.scrollIntoView());
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  const { size } = statSync(path);
  if (size > mostBytes) throw new Error(`${path} has ${size} bytes, ${mostBytes} are allowed`);
  console.log(`${path} (${size} bytes)`);
}
