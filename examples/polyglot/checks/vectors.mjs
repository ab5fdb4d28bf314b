// Checks the shared test vectors, without a framework: any program that leaves JUnit XML is a suite.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const [output, ...files] = process.argv.slice(2);
const results = files.flatMap((file) => check(file));
mkdirSync(dirname(output), { recursive: true });
writeFileSync(
  output,
  `<testsuite name="vectors" tests="${results.length}">\n${results.map(testcase).join('\n')}\n</testsuite>\n`,
);
for (const { file, name, problem } of results)
  console.log(`${problem === null ? 'ok  ' : 'FAIL'} ${file} ${name} ${problem ?? ''}`);
process.exitCode = results.some(({ problem }) => problem !== null) ? 1 : 0;

function check(file) {
  const vectors = JSON.parse(readFileSync(file, 'utf8'));
  const inputs = vectors.map((vector) => JSON.stringify(Object.values(vector).slice(0, -1)));
  const keys = new Set(vectors.map((vector) => Object.keys(vector).join()));
  return [
    { file, name: 'has vectors', problem: vectors.length > 0 ? null : 'there is none' },
    {
      file,
      name: 'tests nothing twice',
      problem: new Set(inputs).size === inputs.length ? null : 'two vectors have the same input',
    },
    { file, name: 'has one shape', problem: keys.size <= 1 ? null : `there are ${keys.size} shapes` },
  ];
}

function testcase({ file, name, problem }) {
  const attributes = `classname="vectors" name="${escape(name)}" file="${escape(file)}"`;
  return problem === null
    ? `<testcase ${attributes}/>`
    : `<testcase ${attributes}><failure message="${escape(problem)}"/></testcase>`;
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
