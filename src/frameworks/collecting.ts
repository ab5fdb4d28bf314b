import type { Framework } from './framework.ts';

/** A framework whose runs list the tests and run none; `null` where it has no such way. */
export function collecting(framework: Framework): Framework | null {
  const collect = framework.collect?.bind(framework);
  return collect === undefined ? null : { ...framework, command: collect };
}
