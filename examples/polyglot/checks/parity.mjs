// Both implementations must agree on titles that nobody wrote down: exit code 0 or 1 is all that a suite needs to say.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const titles = Array.from({ length: 200 }, (_, index) => {
  const letters = ['a', 'Z', '9', ' ', '-', 'é', 'ß', 'Ø', '字', '!', '½', '\t'];
  return Array.from({ length: index % 13 }, (_, at) => letters[(index * 7 + at * at * 5) % letters.length]).join('');
});

const python = run('python3', [
  '-c',
  'import json, sys; from shop.slug import slugify; json.dump([slugify(t) for t in json.load(sys.stdin)], sys.stdout)',
]);
const { slugify } = await import('../web/src/slug.ts');
const different = titles.filter((title, index) => slugify(title) !== python[index]);

for (const title of different) console.log(`Python and TypeScript disagree on ${JSON.stringify(title)}`);
console.log(`${titles.length - different.length} of ${titles.length} titles have one slug`);
process.exitCode = different.length === 0 ? 0 : 1;

function run(program, args) {
  const cwd = fileURLToPath(new URL('../python', import.meta.url));
  return JSON.parse(execFileSync(program, args, { cwd, input: JSON.stringify(titles), encoding: 'utf8' }));
}
