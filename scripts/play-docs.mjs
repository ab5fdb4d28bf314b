// `npm run docs`: runs the commands that README and docs show, and writes what they print into the pages; after `npm run build`.
import { readFileSync, writeFileSync } from 'node:fs';
import { isPlayed, playPage } from '../test/support/pages/play-page.ts';
import { userPages } from '../test/support/pages/pages.ts';

const asked = process.argv.slice(2);
for (const page of userPages().filter(({ path }) => asked.length === 0 || asked.includes(path))) {
  if (!isPlayed(page)) continue;
  const text = await playPage(page);
  if (text === readFileSync(page.path, 'utf8')) continue;
  writeFileSync(page.path, text);
  console.log(`wrote ${page.path}`);
}
