import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const source = 'src/reporters/html/client';
/** What a browser runs of each page, and its styles in this order: what comes later wins. */
const pages = {
  page: {
    script: 'main.tsx',
    styles: [
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
    ],
  },
  trend: {
    script: 'trend/main.tsx',
    styles: ['colours', 'base', 'tones', 'header', 'overview', 'cards', 'tables', 'timeline', 'trend'],
  },
};
const media = ['narrow', 'print'];

/** Bundles what a browser runs into `page.js` and `page.css` (`report.html`), `trend.js` and `trend.css` (the history) in a folder; gives the chunks. */
export async function buildPages(folder) {
  const chunks = [];
  for (const [name, page] of Object.entries(pages)) chunks.push(...(await buildPage(folder, name, page)));
  return chunks;
}

async function buildPage(folder, name, { script, styles }) {
  const bundle = await rolldown({
    input: { [name]: join(source, script) },
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
  if (output.length !== 1 || unsafe !== null) throw new Error(`${name}.js cannot stand in a page: ${unsafe?.[0]}`);
  const css = [...styles, ...media].map((style) => readFileSync(join(source, 'styles', `${style}.css`), 'utf8'));
  writeFileSync(join(folder, `${name}.css`), css.join(''));
  return output;
}
