import { expect, test } from 'vitest';
import { readPage } from '../../support/pages/markdown-page.ts';
import { deadLinks } from '../../support/pages/page-links.ts';
import { allPages } from '../../support/pages/pages.ts';

test('every link inside of this repository leads to a file, and to a heading in it', () => {
  expect(deadLinks(allPages())).toEqual([]);
});

test('the index names every page of the docs', () => {
  const pages = allPages().filter(({ path }) => /^docs\/[^/]+\.md$/.test(path) && path !== 'docs/README.md');
  const index = allPages().find(({ path }) => path === 'docs/README.md')?.text ?? '';
  expect(pages.filter(({ path }) => !index.includes(`(${path.slice(5)})`)).map(({ path }) => path)).toEqual([]);
});

test('a link that leads nowhere is found', () => {
  const page = readPage('README.md', '# Title\n\n[a](no-such-file.md) [b](#no-such) [c](#title) ![d](docs/no.png)\n');
  expect(deadLinks([page])).toEqual([
    'README.md:3: no-such-file.md: no such file',
    'README.md:3: #no-such: no such heading',
    'README.md:3: docs/no.png: no such file',
  ]);
});
