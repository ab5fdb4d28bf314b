// Before a release: the tag, package.json and CHANGELOG.md must name the same version, and the changelog must say something of it.
import { readFileSync } from 'node:fs';

const [tag = ''] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const changelog = readFileSync('CHANGELOG.md', 'utf8');
const section = new RegExp(
  `^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d{2}-\\d{2}\\n([^]*?)(?=^## |$(?![^]))`,
  'm',
);
const [, notes = ''] = section.exec(changelog) ?? [];

const problems = [
  ...(tag === `v${version}` ? [] : [`the tag is ${tag}, package.json says ${version}: tag v${version}`]),
  ...(/^- /m.test(notes)
    ? []
    : [`CHANGELOG.md has nothing under "## [${version}] - <date>": move there what is unreleased`]),
];
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
