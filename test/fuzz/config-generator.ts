import fc from 'fast-check';

const plain = ['a', 'b-1', 'c.d', '_x', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '0', 'true', 'null'];
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('~', 'null', 'yes', '1', '- x', 'a: b', '#', '&a', '"', '|\n x'),
);
const duration = fc.constantFrom('1s', '250ms', '5m', '1h30m', '90s');
const glob = fc.constantFrom('**', 'tests/**/test_*.py', 'a/*.{ts,js}', 'x/@(a|b)/*.py', 'app/(auth)/**', '[a-c]?.py');
const globs = fc.uniqueArray(glob, { minLength: 1, maxLength: 3 });
const env = fc.dictionary(fc.constantFrom('A', 'PATH_2', 'constructor', 'toString'), text.map(withoutReferences), {
  maxKeys: 2,
});

/** Configs that have to be accepted: of suites, categories and what refers to them, with names and texts of all kinds. */
export const validConfigs: fc.Arbitrary<object> = fc
  .record({
    suites: fc.uniqueArray(fc.constantFrom(...plain), { minLength: 1, maxLength: 4 }),
    categories: fc.uniqueArray(fc.constantFrom(...plain, 'unit', 'e2e', 'smoke'), { minLength: 1, maxLength: 5 }),
    layers: fc.uniqueArray(fc.constantFrom(...plain), { maxLength: 2 }),
  })
  .chain(({ suites, categories, layers }) =>
    fc.record({
      version: fc.constant(1),
      suites: tableOf(suites, () => suite),
      categories: tableOf(categories, (_, index) => category(suites, categories.slice(0, index))),
      layers: tableOf(layers, () =>
        fc.record({ categories: some(categories), budget: duration }, { requiredKeys: ['categories'] }),
      ),
      switches: tableOf(layers, () => fc.record({ env })),
      settings: fc.record(
        { grace: duration, slowAfter: duration, logLimit: fc.constantFrom('1MB', '5KB') },
        { requiredKeys: [] },
      ),
    }),
  );

const suite = fc.record(
  {
    framework: fc.constantFrom('pytest', 'vitest', 'jest', 'node', 'go'),
    files: globs,
    exclude: globs,
    args: fc.array(text.map(withoutReferences), { maxLength: 2 }),
    env,
    batch: fc.constantFrom('auto', 'file', 'all'),
    timeout: duration,
    affects: fc.constant(['src/**']),
  },
  { requiredKeys: ['framework'] },
);

function category(suites: readonly string[], earlier: readonly string[]): fc.Arbitrary<object> {
  const selector = fc.record({ suite: fc.constantFrom(...suites), files: globs }, { requiredKeys: ['suite'] });
  return fc.record(
    {
      description: text,
      priority: fc.constantFrom('critical', 'high', 'normal', 'low', 'background'),
      tests: fc.array(selector, { minLength: 1, maxLength: 3 }),
      dependsOn: earlier.length === 0 ? fc.constant([]) : some(earlier),
      timeout: duration,
      locks: fc.uniqueArray(fc.constantFrom(...plain), { maxLength: 2 }),
      slots: fc.integer({ min: 1, max: 9 }),
      exclusive: fc.boolean(),
      retries: fc.integer({ min: 0, max: 3 }),
      retryOn: fc.constantFrom(['timeout'], ['exit:3', 'regex:a|b']),
      flaky: fc.constantFrom('pass', 'fail'),
      env,
    },
    // What the catalogue says of dependencies names categories that may not be there.
    { requiredKeys: ['tests', 'dependsOn'] },
  );
}

function some(names: readonly string[]): fc.Arbitrary<readonly string[]> {
  return fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
}

function tableOf(
  names: readonly string[],
  valueOf: (name: string, index: number) => fc.Arbitrary<unknown>,
): fc.Arbitrary<object> {
  return fc
    .tuple(...names.map(valueOf))
    .map((values) => Object.fromEntries(names.map((name, index) => [name, values[index]])));
}

/** No `${`, which would have to name something, and no NUL, which no argument can hold. */
function withoutReferences(word: string): string {
  return word.replaceAll('$', '').replaceAll('\0', '');
}
