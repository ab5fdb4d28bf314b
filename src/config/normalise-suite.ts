import type { FrameworkDefaults, Suite } from '../model/config.ts';
import type { Origins } from './origins.ts';
import { pathText } from './path.ts';
import type { Path } from './path.ts';
import type { ConfigInput } from './schema.ts';

type SuiteInput = ConfigInput['suites'][string];
type VariantInput = NonNullable<SuiteInput['variants']>[string];

/** The suites that one entry of `suites` stands for: each of its variants, or itself where it has none. */
export function normaliseSuite(
  name: string,
  input: SuiteInput,
  { origins, frameworks }: { readonly origins: Origins; readonly frameworks: readonly FrameworkDefaults[] },
): readonly Suite[] {
  const suite = normalisePlain(name, input, { origins, frameworks });
  if (input.variants === undefined) return [suite];
  return Object.entries(input.variants).map(([variant, own]) => normaliseVariant(suite, { variant, own, origins }));
}

function normalisePlain(
  name: string,
  suite: SuiteInput,
  { origins, frameworks }: { readonly origins: Origins; readonly frameworks: readonly FrameworkDefaults[] },
): Suite {
  const framework = frameworks.find((candidate) => candidate.name === suite.framework);
  const origin = `framework ${suite.framework}`;
  const at = (key: string): Path => ['suites', name, key];
  return {
    name,
    framework: origins.pick(at('framework'), suite.framework, { value: suite.framework, origin: 'default' }),
    cwd: origins.pick(at('cwd'), suite.cwd, { value: '.', origin: 'default' }),
    files: origins.pick(at('files'), suite.files, { value: framework?.defaultFiles ?? [], origin }),
    exclude: origins.pick(at('exclude'), suite.exclude, { value: [], origin: 'default' }),
    command: origins.pick<readonly string[] | null>(at('command'), suite.command, {
      value: framework?.defaultCommand ?? null,
      origin,
    }),
    args: origins.pick(at('args'), suite.args, { value: [], origin: 'default' }),
    env: origins.pick(at('env'), suite.env, { value: {}, origin: 'default' }),
    component: origins.pick<string | null>(at('service'), suite.service, { value: null, origin: 'default' }),
    batch: origins.pick(at('batch'), suite.batch, { value: framework?.defaultBatch ?? 'auto', origin }),
    junit: origins.pick<readonly string[] | null>(at('junit'), suite.junit, { value: null, origin: 'default' }),
    tap: origins.pick<'output' | readonly string[] | null>(at('tap'), suite.tap === true ? 'output' : suite.tap, {
      value: null,
      origin: 'default',
    }),
    timeoutMs: origins.pick<number | null>(at('timeout'), suite.timeout, { value: null, origin: 'default' }),
    affects: origins.pick(at('affects'), suite.affects, { value: [], origin: 'default' }),
  };
}

/** What the variant does not say is the suite's, and comes from where the suite has it. */
function normaliseVariant(
  suite: Suite,
  { variant, own, origins }: { readonly variant: string; readonly own: VariantInput; readonly origins: Origins },
): Suite {
  const at = (...rest: Path): Path => ['suites', suite.name, 'variants', variant, ...rest];
  const originOf = (...rest: Path): string => origins.all().get(pathText(['suites', suite.name, ...rest])) ?? 'default';
  const pick = <T>(key: keyof VariantInput, written: T | undefined, value: T): T =>
    origins.pick(at(key), written, { value, origin: originOf(key) });
  for (const key of Object.keys(suite.env)) origins.note(at('env', key), originOf('env', key));
  return {
    ...suite,
    name: `${suite.name}[${variant}]`,
    variantOf: { suite: suite.name, variant },
    cwd: pick('cwd', own.cwd, suite.cwd),
    command: pick<readonly string[] | null>('command', own.command, suite.command),
    args: pick<readonly string[]>('args', own.args, suite.args),
    env: { ...suite.env, ...pick('env', own.env, {}) },
    timeoutMs: pick<number | null>('timeout', own.timeout, suite.timeoutMs),
  };
}
