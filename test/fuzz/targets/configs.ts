import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { compileGlobs } from '../../../src/base/glob.ts';
import { plan } from '../../../src/categories/plan.ts';
import { select } from '../../../src/categories/select.ts';
import { decode } from '../../../src/config/read-file.ts';
import { toInput } from '../../../src/config/to-input.ts';
import { writeYaml } from '../../../src/config/write-yaml.ts';
import { ConfigError, NothingSelectedError, UsageError } from '../../../src/errors.ts';
import { allFrameworks } from '../../../src/frameworks/index.ts';
import type { Config } from '../../../src/model/config.ts';
import { parseConfigText } from '../../support/config-text.ts';
import { everyKey } from '../../support/every-key.ts';
import { request } from '../../unit/categories/fixture.ts';
import { validConfigs } from '../config-generator.ts';
import { hostileValues, retyped } from '../line-mutations.ts';
import { mutants } from '../mutations.ts';
import type { Source } from '../mutations.ts';
import type { FuzzTarget } from '../target.ts';

const name = 'runner.config.yaml';
const root = join(import.meta.dirname, '../../..');

/** A text, and whether it has to be accepted. */
interface Input {
  readonly bytes: Buffer;
  readonly valid: boolean;
}

/** Configs: damaged, with other values, of hostile shapes, and valid ones. */
export const configs: FuzzTarget = {
  name: 'configs',
  reads: 'configs',
  runsInCi: 500,
  property() {
    const sources = readSources();
    const trees = sources.map(({ bytes }) => JSON.stringify(parse(bytes.toString()) as unknown));
    const change = fc.tuple(fc.nat(2000), fc.constantFrom(...hostileValues, ...words));
    const damaged = mutants(sources, [...words, ...shapes]).map(({ bytes }) => bytes);
    const changed = fc
      .tuple(fc.constantFrom(...trees), fc.array(change, { minLength: 1, maxLength: 3 }))
      .map(([tree, changes]) =>
        Buffer.from(changes.reduce((text, [at, value]) => retyped(text, at, value) ?? text, tree)),
      );
    const shaped = fc.tuple(
      fc.constantFrom(...sources),
      fc.constantFrom(...hostile),
      fc.integer({ min: 1, max: 2000 }),
    );
    const invalid = fc.oneof(
      { weight: 6, arbitrary: damaged },
      { weight: 6, arbitrary: changed },
      {
        weight: 1,
        arbitrary: shaped.map(([source, shape, size]) => Buffer.concat([source.bytes, Buffer.from(shape(size))])),
      },
    );
    const input = fc.oneof(
      { weight: 13, arbitrary: invalid.map((bytes): Input => ({ bytes, valid: false })) },
      {
        weight: 3,
        arbitrary: validConfigs.map((value): Input => ({ bytes: Buffer.from(writeYaml([{ value }])), valid: true })),
      },
    );
    return Promise.resolve(fc.property(input.map(shown), check));
  },
};

function shown(input: Input): Input & { readonly [fc.toStringMethod]: () => string } {
  return { ...input, [fc.toStringMethod]: () => JSON.stringify(input.bytes.toString('latin1').slice(0, 20_000)) };
}

function readSources(): readonly Source[] {
  const examples = readdirSync(join(root, 'examples')).map((folder) => join(root, 'examples', folder, name));
  const texts = [join(root, name), join(root, 'test/fixtures/earlier', name), ...examples].flatMap(
    (path): readonly Source[] => {
      try {
        return [{ name: path, bytes: readFileSync(path) }];
      } catch {
        return [];
      }
    },
  );
  assert.ok(texts.length >= 4, 'the examples are there');
  return [...texts, { name: 'every key', bytes: Buffer.from(everyKey) }];
}

const words = [
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '&a',
    '*a',
    '<<: *a',
    '!!binary',
    '!x',
    '? ',
    '- ',
    '\t',
  ],
  ...['"', "'", '|', '>', '#', '${', '${services.x.url}', '${env.constructor}', '{', '[', '~', '1e400', '0x1F', '-1s'],
  ...[
    '5m',
    '1e3s',
    '999999999h',
    '100%',
    '**',
    '!(a)',
    '(a+)+$',
    '%YAML 1.1',
    '---\n',
    '...\n',
    '\ufeff',
    '\u2028',
    '\r\n',
  ],
];
const shapes = [
  ...[
    '\nversion: 1\n',
    '\nsuites: {}\n',
    '\nsuites: *x\n',
    '\n__proto__: { a: 1 }\n',
    '\nconstructor: { prototype: 1 }\n',
  ],
  ...['\ncategories: { constructor: { tests: [{ suite: toString }] } }\n', '\n? [a]\n: b\n', '\n- a\n', '\n\tx: 1\n'],
];

const hostile: readonly ((size: number) => string)[] = [
  (size) => `\nx: ${'['.repeat(size * 10)}`,
  (size) => `\nx: ${'{a: '.repeat(size)}`,
  (size) => `\n${'x'.repeat(size * 100)}: 1\n`,
  (size) => `\n"${'\\u0041'.repeat(size)}": {}\n`,
  (size) => Array.from({ length: size }, (_, index) => `\nk${index}: 1`).join(''),
  (size) => `\n${'same: 1\n'.repeat(size)}`,
  (size) =>
    `\na0: &a0 [x, x]\n${Array.from({ length: size % 40 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`).join('')}`,
  (size) => `\n${'  '.repeat(size)}a: 1`,
  (size) => `\nx: "${'\n'.repeat(size)}"`,
  (size) => `\nx: ${'!a '.repeat(size)}`,
  (size) => `\nx: ${'- '.repeat(size)}`,
  (size) => '\0'.repeat(size),
  (size) => '&a '.repeat(size),
  (size) => `\nx: ${'*'.repeat(size)}`,
];

function check({ bytes, valid }: Input): void {
  const before = process.cpuUsage();
  const config = read(bytes, valid);
  if (config !== null) roundTrips(config);
  const { user } = process.cpuUsage(before);
  assert.ok(user < 10_000_000, `it took ${user / 1e6} s of processor time`);
  assert.deepEqual(Object.keys(Object.prototype), [], 'no object has got another prototype');
}

function read(bytes: Buffer, valid: boolean): Config | null {
  try {
    return parseConfigText(decode(bytes, name)).config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    assert.ok(!valid, `it is valid: ${error.message}`);
    assert.ok(error.problems.length > 0, 'it says what is wrong');
    const lines = bytes.toString().split('\n');
    for (const problem of error.problems) pointsInto(lines, problem);
    return null;
  }
}

function pointsInto(lines: readonly string[], problem: string): void {
  if (/^\.\.\. and \d+ more$/.test(problem)) return;
  if (problem.startsWith(`${name} is UTF-16`)) return;
  const [, line = '0', column = '0'] = /^runner\.config\.yaml:(\d+):(\d+) {2}\S/.exec(problem) ?? [];
  const text = lines[Number(line) - 1];
  assert.ok(text !== undefined, `it is in no line of the file: ${problem}`);
  assert.ok(Number(column) >= 1 && Number(column) <= text.length + 1, `it is beyond its line: ${problem}`);
}

const files = [
  'test_a.py',
  'tests/unit/test_b.py',
  'src/a.test.ts',
  'web/src/b.spec.js',
  'lib/c.test.mjs',
  'a_test.go',
];

/** What `config show` prints is the same config, of which comes the same plan. */
function roundTrips(config: Config): void {
  const again = parseConfigText(writeYaml([{ value: toInput(config) }])).config;
  assert.equal(JSON.stringify(toInput(again)), JSON.stringify(toInput(config)), 'it is another when it is read again');
  assert.equal(idOf(again), idOf(config), 'the plan is another');
}

function idOf(config: Config): string {
  try {
    const selection = select(config, request({ environment: config.environment, categories: ['all'] }));
    const found = Object.entries(config.suites).map(
      ([suite, own]) => [suite, files.filter(compileGlobs(own.files))] as const,
    );
    const facts = { files: Object.fromEntries(found), durations: new Map<string, number>(), slots: 4 };
    return plan({ config, selection, facts, traits: allFrameworks }).id;
  } catch (error) {
    if (error instanceof UsageError || error instanceof NothingSelectedError) return error.message;
    throw error;
  }
}
