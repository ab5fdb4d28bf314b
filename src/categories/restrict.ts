import { guardSuite } from '../base/guard-names.ts';
import { compilePatterns } from '../base/glob.ts';
import type { Suite } from '../model/config.ts';
import type { SelectionRequest } from '../model/selection.ts';
import { wholeSuite } from './membership.ts';
import type { Targets } from './targets.ts';

/** Why the command line leaves a selected file out. */
export type Restriction = 'suite' | 'files' | 'pattern';

/**
 * The narrowing options of a request as one question; the first that leaves the file out is the answer, `null` = it stays.
 * @throws UsageError when a pattern is empty or cannot be matched
 */
export function createRestriction(
  request: SelectionRequest,
  targets: Targets,
): (suite: Suite, file: string) => Restriction | null {
  const matchesPattern = remember(request.patterns.length === 0 ? () => true : compilePatterns(request.patterns));
  // Guards are not among the tests that a name or a tag can mean.
  const isByTests = request.keyword !== null || request.markers !== null;
  return (suite, file) => {
    if (!matchesSuite(request, suite) || (isByTests && suite.framework === guardSuite)) return 'suite';
    if (request.files.length > 0 && !targets.files.has(file)) return 'files';
    // A suite that is not made of files has no path that a pattern could match.
    if (request.patterns.length > 0 && (file === wholeSuite || !matchesPattern(file))) return 'pattern';
    return null;
  };
}

/** Whether a request says anything that narrows categories down. */
export function isRestricted(request: SelectionRequest): boolean {
  return (
    request.files.length > 0 ||
    request.patterns.length > 0 ||
    request.suites.length > 0 ||
    (request.variants ?? []).length > 0 ||
    request.components.length > 0
  );
}

function matchesSuite({ suites, variants = [], components }: SelectionRequest, suite: Suite): boolean {
  const { name, variantOf, component } = suite;
  if (suites.length > 0 && !suites.includes(name) && !suites.includes(variantOf?.suite ?? name)) return false;
  if (variants.length > 0 && (variantOf === undefined || !variants.includes(variantOf.variant))) return false;
  return components.length === 0 || (component !== null && components.includes(component));
}

function remember(matches: (file: string) => boolean): (file: string) => boolean {
  const known = new Map<string, boolean>();
  return (file) => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const result = matches(file);
    known.set(file, result);
    return result;
  };
}
