import { expect, test } from 'vitest';
import { readPage } from '../../support/pages/markdown-page.ts';
import { userPages } from '../../support/pages/pages.ts';
import { configProblems } from '../../support/pages/shown-configs.ts';
import { uncheckedBlocks } from '../../support/pages/unmarked.ts';

test('every block of the docs is run, checked, made of a file, or says why not', () => {
  expect(userPages().flatMap(uncheckedBlocks)).toEqual([]);
});

test('every config of the docs, and every part of one, is valid', () => {
  expect(userPages().flatMap(configProblems)).toEqual([]);
});

test('a config that is wrong is found, and so is a block that nobody checks', () => {
  const text = `# Title

\`\`\`yaml
categories:
  unit: { tests: [{ suite: a }], dependOn: [smoke] }
\`\`\`

\`\`\`sh
runner
\`\`\`

<!-- run: twice -->

\`\`\`sh
runner
\`\`\`
`;
  const page = readPage('docs/page.md', text);
  expect(configProblems(page).join('\n')).toMatch(/^docs\/page.md:3: .*dependOn.*dependsOn/);
  expect(uncheckedBlocks(page).map((problem) => problem.slice(0, 25))).toEqual(
    ['docs/page.md:8: write <!--', 'docs/page.md:14: write <!-'].map((problem) => problem.slice(0, 25)),
  );
});
