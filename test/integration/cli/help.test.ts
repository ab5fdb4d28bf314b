import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandTable, topicNames } from '../../../src/commands/command-table.ts';
import { exitCodes } from '../../../src/errors.ts';
import { dispatchIn } from '../../support/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'runner-help-'));
writeFileSync(join(folder, 'runner.config.yaml'), 'this is: [no config');
const project = join(folder, 'project');
mkdirSync(project);
writeFileSync(
  join(project, 'runner.config.yaml'),
  'version: 1\nsuites: { lib: { framework: node } }\ncategories: { unit: { tests: [{ suite: lib }] } }\n',
);
afterAll(() => rmSync(folder, { recursive: true }));

const commands = commandTable.map(({ name }) => name);

describe('help', () => {
  test.each([['--help'], ['-h'], ['help'], ['help help']])(
    '"runner %s" shows all commands, groups, examples and topics',
    async (line) => {
      const { exitCode, stdout, stderr } = await dispatchIn(folder, line.split(' '));
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
      const groups = [...stdout.matchAll(/^(\S.*):$/gm)].map(([, group]) => group);
      expect(groups.slice(0, 2)).toEqual(['What to run', 'Where']);
      expect(groups.slice(-6)).toEqual(['Other', 'Run', 'Look ahead', 'Look back', 'Set up', 'Examples']);
      expect(stdout).toContain(`runner help ${topicNames.join('|')}`);
    },
  );

  test.each([
    ['--help'],
    ...commands.flatMap((name) => [[`${name} --help`], [`help ${name}`]]),
    ...topicNames.map((name) => [`help ${name}`]),
  ])('"runner %s" needs no config and no more than 80 columns, and ends with a line break', async (line) => {
    const { exitCode, stdout, stderr } = await dispatchIn(folder, line.split(' '));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').filter((text) => text.length > 80)).toEqual([]);
    expect(stdout).toMatch(/[^\n]\n$/);
  });

  test.each(commandTable.map(({ name, examples }) => [name, examples]))(
    'the help of %s has its examples',
    async (name, examples) => {
      const { stdout } = await dispatchIn(folder, [name, '--help']);
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(stdout).toContain(`  $ runner ${example}\n`);
    },
  );

  test('the page on exit codes has every one', async () => {
    const { stdout } = await dispatchIn(folder, ['help', 'exit-codes']);
    for (const code of new Set(Object.values(exitCodes))) expect(stdout).toMatch(new RegExp(`^.*\\b${code}  `, 'm'));
  });
});

describe('what is misspelt', () => {
  test.each<[string, RegExp]>([
    ['pln', /did you mean "runner plan"\?/],
    ['help pln', /did you mean "plan"\?/],
    ['help exit-code', /did you mean "exit-codes"\?\)\n {2}commands: run, .*; topics: config, exit-codes, /],
    ['plan --explan', /unknown option --explan \(did you mean "--explain"\?\)/],
    ['history --limt 3', /unknown option --limt \(did you mean "--limit"\?\)/],
    ['merge --report x', /unknown option --report \(did you mean "--reports"\?\)/],
    ['list --retry', /unknown option --retry/],
    ['services upp', /did you mean "up"\?/],
    ['config chek', /did you mean "check"\?/],
    ['history slowst', /did you mean "slowest"\?/],
    ['list suits', /did you mean "suites"\?/],
  ])('"runner %s" gets a suggestion', async (line, message) => {
    const { exitCode, stdout, stderr } = await dispatchIn(project, line.split(' '));
    expect(stderr).toMatch(message);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test.each<[string, string]>([
    ['--config x.yaml history', 'runner history --config x.yaml'],
    ['--config=x.yaml history slowest', 'runner history --config=x.yaml slowest'],
    ['-e staging --no-docker services up', 'runner services -e staging --no-docker up'],
  ])('"runner %s" is told to begin with the command', async (line, instead) => {
    const { exitCode, stderr } = await dispatchIn(project, line.split(' '));
    expect(stderr).toMatch(/^error: the command \S+ comes after options, so it would be taken for a file\n/);
    expect(stderr).toContain(`  write the command first: ${instead}\n`);
    expect(exitCode).toBe(2);
  });
});
