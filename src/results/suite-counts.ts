import type { Attributes } from './junit-dialects.ts';

/** Failing and erring cases of a suite, those of the suites in it included. */
export interface SuiteCounts {
  readonly failed: number;
  readonly errors: number;
}

/**
 * What a suite counts as failed beyond the cases that show it: gotestsum counts a package that does not build, and node:test a
 * suite whose hook fails, without a case for it. `problem` is `null` when there is nothing of that kind.
 */
export function unexplained(
  attributes: Attributes,
  found: SuiteCounts,
): SuiteCounts & { readonly problem: string | null } {
  const errors = Math.max(0, countOf(attributes['errors']) - found.errors);
  // Some writers count an erring case among the failures.
  const failed = Math.max(0, countOf(attributes['failures']) - found.failed - found.errors - errors);
  if (errors + failed === 0) return { failed, errors, problem: null };
  const name = errors > 0 ? 'errors' : 'failures';
  const said = `${name}="${attributes[name] ?? ''}"`;
  return {
    failed,
    errors,
    problem: `it says ${said}, but its cases do not show them: something failed outside any test`,
  };
}

function countOf(text: string | undefined): number {
  const count = Number((text ?? '').replaceAll(',', ''));
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
