import { coversName } from '../base/test-name.ts';
import type { PlanFacts } from '../model/plan.ts';
import type { SelectionRequest } from '../model/selection.ts';
import type { Claim } from './assign-files.ts';
import { combineNarrowing } from './tasks.ts';

/** What is left to run of each claim, by what the command line names and by what earlier runs leave; claims of which nothing is left are out. */
export function remainingClaims(
  claims: readonly Claim[],
  {
    request,
    facts,
    tests,
  }: {
    readonly request: SelectionRequest;
    readonly facts: PlanFacts;
    /** Test names per root-relative file that was named by them only. */
    readonly tests: ReadonlyMap<string, readonly string[]>;
  },
): readonly Claim[] {
  const { remainder } = facts;
  if (remainder === undefined && tests.size === 0) return claims;
  return claims.flatMap((claim) => {
    const asked = tests.get(claim.file) ?? null;
    const narrowing = { ...combineNarrowing(claim, request), names: asked ?? [] };
    const left = remainder?.(claim.suite.name, claim.file, narrowing) ?? 'all';
    if (left === 'nothing') return [];
    if (left === 'all') return [{ ...claim, names: asked }];
    const names = left.filter((name) => asked === null || asked.some((word) => coversName(word, name)));
    return names.length === 0 ? [] : [{ ...claim, names }];
  });
}
