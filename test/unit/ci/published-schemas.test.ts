import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandsOf, longName, options } from '../../../src/commands/options.ts';
import { kubernetesProblems, schemaProblems, yamlDocuments } from '../../support/published-schemas.ts';

const repository = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const examples = globSync('examples/ci/**/*', { cwd: repository, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(repository.length + 1));

const schemas = [
  ['github-workflow', /^examples\/ci\/github\//],
  ['gitlab-ci', /^examples\/ci\/gitlab\//],
  ['buildkite', /^examples\/ci\/buildkite\//],
] as const;

const published = [
  ...schemas.flatMap(([name, path]) => examples.filter((file) => path.test(file)).map((file) => [file, name] as const)),
  ...globSync('.github/workflows/*.yml', { cwd: repository }).map((file) => [file, 'github-workflow'] as const),
];

describe('a file for a CI system', () => {
  test.each(published)('%s is what the published schema of %s says', (file, name) => {
    const documents = yamlDocuments(read(file));
    expect(documents).toHaveLength(1);
    expect(schemaProblems(name, documents[0])).toEqual([]);
  });

  test.each(schemas)('would not be let through by the schema of %s with a wrong key or type', (name, path) => {
    const file = examples.find((candidate) => path.test(candidate)) ?? '';
    const wrong = read(file)
      .replace(/\b(needs|depends_on): .*/, '$1: { wrong: [1] }')
      .replace(/\bruns-on:/, 'run-on:');
    expect(schemaProblems(name, yamlDocuments(wrong)[0])).not.toEqual([]);
  });

  test.each(examples.filter((file) => /kubernetes\/.*\.yaml$/.test(file)))('%s is what Kubernetes takes', (file) => {
    const text = read(file);
    const problemsIn = (yaml: string): readonly string[] => yamlDocuments(yaml).flatMap(kubernetesProblems);
    expect(problemsIn(text)).toEqual([]);
    expect(problemsIn(text.replace('spec:', 'specs:'))).not.toEqual([]);
    expect(problemsIn(text.replace(/^spec:\n/m, 'spec:\n  wrong: 1\n'))).not.toEqual([]);
  });

  test('for Jenkins is balanced, and has the stages of the others in their order', () => {
    const text = read('examples/ci/jenkins/Jenkinsfile').replace(/\/\/.*|'[^']*'|"[^"]*"/g, (word) =>
      word.startsWith('//') ? '' : word.replace(/[{}()]/g, ''),
    );
    let depth = 0;
    for (const character of text) {
      if ('{('.includes(character)) depth += 1;
      if ('})'.includes(character)) depth -= 1;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
    expect(text.trimStart()).toMatch(/^pipeline \{/);
    const stages = [...text.matchAll(/stage\('(\w+)'\)/g)].map(([, name]) => name);
    expect(stages).toEqual(['Plan', 'Tests', 'Shard', 'Report']);
    // What a failed shard left is stashed all the same.
    expect(text).toMatch(/post \{\s*always \{\s*stash/);
  });

  test('asks runner for nothing that it does not take', () => {
    const workflows = published.map(([file]) => file).filter((file) => file.startsWith('.github/'));
    const lines = [...examples, ...workflows].flatMap((file) =>
      commandLines(read(file)).map((line) => ({ file, line })),
    );
    expect(lines.length).toBeGreaterThan(12);
    for (const { file, line } of lines) expect(unknownOptions(line), `${file}: ${line}`).toEqual([]);
    expect(unknownOptions('merge all --shards 3 --target 8m')).toEqual(['--shards', '--target']);
  });
});

/** What stands behind `runner` in each line that starts it. */
function commandLines(text: string): readonly string[] {
  const uncommented = text.replace(/(^|\s)(#|\/\/) .*$/gm, '');
  return [...uncommented.matchAll(/(?:npx runner|exec runner|node dist\/runner\.js) ([^\n'")]*)/g)].map(
    ([, words = '']) => words.trim(),
  );
}

function unknownOptions(line: string): readonly string[] {
  const words = line.split(/\s+/);
  const known: ReadonlySet<string> = new Set(options.flatMap(commandsOf));
  const command = known.has(words[0] ?? '') ? words[0] : 'run';
  const taken = new Set(options.filter((option) => commandsOf(option).some((name) => name === command)).map(longName));
  return words.filter((word) => word.startsWith('--')).filter((word) => !taken.has(word.split('=')[0] ?? ''));
}
