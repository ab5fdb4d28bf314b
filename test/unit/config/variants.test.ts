import { describe, expect, test } from 'vitest';
import { also, firstLinesOf, parseConfigText, suite } from '../../support/config-text.ts';

describe('the variants of a suite', () => {
  test('are suites of their own, with what the suite says and they do not', () => {
    const { config } = parseConfigText(
      suite(
        'args: [-q], timeout: 5s, env: { A: suite, B: suite }, variants: { old: { env: { B: own } }, new: { args: [-v], command: [py3], cwd: x, timeout: 9s } }',
      ),
    );
    expect(Object.keys(config.suites)).toEqual(['api[old]', 'api[new]']);
    expect(config.suites['api[old]']).toMatchObject({
      ...{ name: 'api[old]', variantOf: { suite: 'api', variant: 'old' }, framework: 'pytest', cwd: '.' },
      ...{ command: ['python3', '-m', 'pytest'], args: ['-q'], env: { A: 'suite', B: 'own' }, timeoutMs: 5000 },
    });
    expect(config.suites['api[new]']).toMatchObject({
      ...{ variantOf: { suite: 'api', variant: 'new' }, cwd: 'x' },
      ...{ command: ['py3'], args: ['-v'], env: { A: 'suite', B: 'suite' }, timeoutMs: 9000 },
    });
  });

  test('have the place that each of their values comes from', () => {
    const { origins } = parseConfigText(suite('env: { A: "1", B: "1" }, variants: { old: { env: { B: "2" } } }'), [
      'suites.api.variants.old.args=[-q]',
    ]);
    const of = (path: string): string | undefined => origins.get(`suites.api.variants.old.${path}`);
    expect(of('env.A')).toBe('runner.config.yaml:3:39');
    expect(of('env.B')).toBe('runner.config.yaml:3:83');
    expect(of('args')).toBe('--set');
    expect(of('command')).toBe('framework pytest');
    expect(of('cwd')).toBe('default');
  });

  test('can be named one by one by a category', () => {
    const text = suite('variants: { old: {}, new: {} }', '  e2e: { tests: [{ suite: "api[new]" }] }\n');
    expect(parseConfigText(text).config.categories['e2e']?.tests).toMatchObject([{ suite: 'api[new]' }]);
  });
});

describe('it is an error, told where it is written,', () => {
  test.each<[title: string, text: string, ...problems: string[]]>([
    ['to have no variant', suite('variants: {}'), '3:39  suites.api.variants: must name at least one variant'],
    [
      'to name a variant like no name',
      suite('variants: { "3.12[x]": {} }'),
      '3:41  suites.api.variants: "3.12[x]" is not a name: letters, digits, "_", "." and "-" only',
    ],
    [
      'to give a variant what only a suite has',
      suite('variants: { old: { files: a.py } }'),
      '3:48  suites.api.variants.old: unknown key "files"; allowed are command, args, env, cwd, timeout',
    ],
    [
      'to take a variant that is not defined into a category',
      suite('variants: { old: {}, new: {} }', '  e2e: { tests: [{ suite: "api[nwe]" }] }\n'),
      '6:27  category "e2e" runs suite "api[nwe]", which is not defined (did you mean "api[new]"?)',
    ],
    [
      'to refer to a service that who runs the variant does not need',
      suite(
        'variants: { old: { env: { U: "${services.db.url}" } } }',
        'services: { db: { process: { command: [db] } } }\n',
      ),
      '3:58  ${services.db.url} has no value here: category "unit" runs suite "api" and does not need "db" (add it to "needs")',
    ],
    [
      'to refer to anything in the folder of a variant',
      suite('variants: { old: { cwd: "${env.X}" } }'),
      '3:53  ${...} references are not substituted in this key',
    ],
    [
      'to have neither in the suite nor in the variant a command that the framework needs',
      also('').replace('framework: pytest', 'framework: command, variants: { sh: { command: [sh] }, dash: {} }'),
      '3:65  variant "dash" of suite "api" has no "command": framework "command" runs what it is told, for example command: [./test.sh]',
    ],
  ])('%s', (_title, text, ...problems) => {
    expect(firstLinesOf(text)).toEqual(problems);
  });
});
