import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const source = 'src/reporters/html/client';
/** In this order: what comes later wins. */
const styles = [
  'colours',
  'base',
  'tones',
  'header',
  'overview',
  'cards',
  'output',
  'tables',
  'timeline',
  'tests',
  'help',
];
const media = ['narrow', 'print'];

/** Bundles what a browser runs of `report.html` into `page.js` and `page.css` in a folder; gives the chunks. */
export async function buildPage(folder) {
  const bundle = await rolldown({
    input: { page: join(source, 'main.tsx') },
    platform: 'browser',
    tsconfig: join(source, 'tsconfig.json'),
    onLog(level, log, report) {
      if (level === 'warn') throw new Error(log.message);
      report(level, log);
    },
  });
  const { output } = await bundle.write({ dir: folder, format: 'iife', minify: true });
  await bundle.close();
  // It is written into a <script>, where these would end it or begin a comment.
  const [{ code }] = output;
  const unsafe = /<\/script|<!--/i.exec(code);
  if (output.length !== 1 || unsafe !== null) throw new Error(`page.js cannot stand in a page: ${unsafe?.[0]}`);
  const css = [...styles, ...media].map((name) => readFileSync(join(source, 'styles', `${name}.css`), 'utf8'));
  writeFileSync(join(folder, 'page.css'), css.join(''));
  return output;
}
