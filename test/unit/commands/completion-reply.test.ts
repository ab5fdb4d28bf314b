import { describe, expect, test } from 'vitest';
import { completionReply } from '../../../src/commands/completion-reply.ts';
import { commandsOf, longName, options } from '../../../src/commands/options.ts';

const names = {
  categories: ['unit', 'integration'],
  suites: ['api', 'api[py312]', 'web'],
  variants: ['py312'],
  components: ['backend'],
  services: ['db', 'cache'],
  environments: ['local', 'staging'],
  layers: ['fast'],
  modes: ['nightly'],
  switches: ['real-llm'],
};

/** The words are separated by spaces; the last one is at the cursor. */
function complete(line: string): readonly string[] {
  const { candidates, files } = completionReply(line.split(' '), names);
  return [...candidates.map(({ word }) => word), ...(files ? ['(files)'] : [])];
}

describe('completion', () => {
  test.each<[string, readonly string[]]>([
    ['pl', ['plan', '(files)']],
    ['help exi', ['exit-codes']],
    ['help mat', ['matrix']],
    ['-c ', ['unit', 'integration', 'all']],
    ['--categories un', ['unit']],
    ['--category=un', ['--category=unit']],
    ['-c unit ', ['unit', 'integration', 'all']],
    ['-c unit,', ['unit,integration', 'unit,all']],
    ['--exclude-category ', ['unit', 'integration']],
    ['--suite api', ['api', 'api[py312]']],
    ['--variant ', ['py312']],
    ['--service ', ['backend']],
    ['-e st', ['staging']],
    ['-e staging ', ['(files)']],
    ['--layer ', ['fast']],
    ['plan --mode ', ['nightly']],
    ['--fail-fast c', ['category', 'critical']],
    ['--no-docker ', ['(files)']],
    ['--file tests/', ['(files)']],
    ['--file=tests/', ['(files)']],
    ['-k ', []],
    ['--real', ['--real-services', '--real-llm']],
    ['history --real', []],
    ['services ', ['up', 'down', 'status', 'logs']],
    ['services up ', ['db', 'cache']],
    ['services up db c', ['cache']],
    ['list ', ['categories', 'suites', 'services', 'environments', 'layers', 'modes', 'switches', 'tests']],
    ['list tests ', ['(files)']],
    ['history ex', ['export']],
    ['history export ', ['(files)']],
    ['config show --or', ['--origin']],
    ['config show more', []],
    ['wa', ['watch', '(files)']],
    ['watch -c un', ['unit']],
    ['--reporter ju', ['junit']],
    ['merge --reporter junit,g', ['junit,github']],
    ['report --format c', ['ctrf']],
    ['compare --fail-on ', ['new', 'slower']],
    ['queue ', ['status']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['merge ', ['(files)']],
    ['-c unit -- --tb', ['(files)']],
    ['--nonsense ', ['(files)']],
    ['--nonsense=', []],
  ])('of "runner %s" is %j', (line, expected) => {
    expect(complete(line)).toEqual(expected);
  });

  test.each(['run', 'watch', 'plan', 'history', 'services', 'merge'] as const)(
    'of %s has every option that it takes',
    (command) => {
      const taken = options.filter((option) => commandsOf(option).includes(command)).map(longName);
      expect(complete(`${command} --`)).toEqual(expect.arrayContaining(taken));
    },
  );
});
