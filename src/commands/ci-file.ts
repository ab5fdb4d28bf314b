import { assertNever } from '../errors.ts';
import type { DiscoveredConfig } from './discover-config.ts';

export type CiSystem = 'github' | 'gitlab';

/** A CI file that runs all tests and keeps the reports; `path` is relative to the root. */
export function ciFile(
  system: CiSystem,
  found: Pick<DiscoveredConfig, 'discovery' | 'files'>,
): { readonly path: string; readonly text: string } {
  const uses = new Set(found.discovery.suites.map(({ framework }) => languageOf(framework)));
  const prepare = installSteps(found);
  switch (system) {
    case 'github':
      return { path: '.github/workflows/tests.yml', text: github(uses, prepare) };
    case 'gitlab':
      return { path: '.gitlab-ci.yml', text: gitlab(prepare) };
    default:
      return assertNever(system);
  }
}

type Language = 'python' | 'go' | 'rust' | 'java' | 'node';

function languageOf(framework: string): Language {
  switch (framework) {
    case 'pytest':
      return 'python';
    case 'go':
      return 'go';
    case 'cargo':
      return 'rust';
    case 'maven':
    case 'command':
      return 'java';
    default:
      return 'node';
  }
}

/** Commands that make the projects' own dependencies available, each in its folder. */
function installSteps({ discovery, files }: Pick<DiscoveredConfig, 'discovery' | 'files'>): readonly string[] {
  const there = new Set(files);
  const steps = discovery.suites.flatMap(({ framework, cwd }) => {
    const inside = (name: string): string => (cwd === '.' ? name : `${cwd}/${name}`);
    switch (languageOf(framework)) {
      case 'python':
        return [
          'python3 -m pip install pytest',
          ...(there.has(inside('requirements.txt')) ? [`python3 -m pip install -r ${inside('requirements.txt')}`] : []),
          ...(there.has(inside('setup.py')) || there.has(inside('pyproject.toml'))
            ? [`python3 -m pip install -e ./${cwd === '.' ? '' : cwd}`]
            : []),
        ];
      case 'node': {
        const install = (lock: string): string => `npm ${there.has(lock) ? 'ci' : 'install'}`;
        const atRoot = there.has('package.json') ? [install('package-lock.json')] : [];
        const isOwn = cwd !== '.' && there.has(inside(atRoot.length === 0 ? 'package.json' : 'package-lock.json'));
        return isOwn ? [...atRoot, `${install(inside('package-lock.json'))} --prefix ${cwd}`] : atRoot;
      }
      case 'go':
      case 'rust':
      case 'java':
        return [];
    }
  });
  return [...new Set(steps)];
}

function github(uses: ReadonlySet<Language>, prepare: readonly string[]): string {
  const setUps: Readonly<Record<Language, string | null>> = {
    node: null,
    python: "      - uses: actions/setup-python@v6\n        with: { python-version: '3.x' }\n",
    go: '      - uses: actions/setup-go@v6\n        with: { go-version: stable }\n',
    rust: null,
    java: "      - uses: actions/setup-java@v5\n        with: { distribution: temurin, java-version: '21' }\n",
  };
  const languages = [...uses].map((language) => setUps[language] ?? '').join('');
  const steps = [...prepare, runCommand].map((command) => `      - run: ${command}\n`).join('');
  return `name: tests
on:
  push: { branches: [main] }
  pull_request:
jobs:
  tests:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with: { node-version: '24' }
${languages}${steps}      - uses: actions/upload-artifact@v5
        if: always()
        with: { name: reports, path: reports }
`;
}

function gitlab(prepare: readonly string[]): string {
  const steps = [...prepare, runCommand].map((command) => `    - ${command}\n`).join('');
  return `tests:
  # An image with Node.js 22.13 or newer and the languages of the tests.
  image: node:24
  script:
${steps}  artifacts:
    when: always
    paths: [reports/]
    reports: { junit: reports/junit.xml }
`;
}

const runCommand = 'npx --yes --package unified-test-runner runner';
