import type { Config, Suite } from '../model/config.ts';

/** The suites that a name stands for: one, or all variants of one. */
export function suitesNamed(config: Pick<Config, 'suites'>, name: string): readonly Suite[] {
  const suite = config.suites[name];
  if (suite !== undefined) return [suite];
  return Object.values(config.suites).filter(({ variantOf }) => variantOf?.suite === name);
}

/** Every name that a suite can be asked for by, a suite with variants before these. */
export function suiteNames({ suites }: Pick<Config, 'suites'>): readonly string[] {
  return [
    ...new Set(
      Object.values(suites).flatMap(({ name, variantOf }) => [
        ...(variantOf === undefined ? [] : [variantOf.suite]),
        name,
      ]),
    ),
  ];
}

/** The names of all variants, whatever suite has them. */
export function variantNames({ suites }: Pick<Config, 'suites'>): readonly string[] {
  return [...new Set(Object.values(suites).flatMap(({ variantOf }) => variantOf?.variant ?? []))];
}
