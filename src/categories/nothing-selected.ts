import { groupDigits, plural } from '../base/text.ts';
import { NothingSelectedError } from '../errors.ts';
import type { PlannedChanges } from '../model/changes.ts';
import type { Config } from '../model/config.ts';
import type { ExclusionCounts, PlanFacts, Task } from '../model/plan.ts';
import type { Selection } from '../model/selection.ts';
import type { Assignment, Claim } from './assign-files.ts';
import { narrows } from './concerned.ts';
import { countExclusions, excludedFiles, type ExcludedFile } from './explain.ts';
import { wholeSuite, type PlannerTraits } from './membership.ts';
import type { Targets } from './targets.ts';

interface Input {
  readonly config: Config;
  readonly selection: Selection;
  readonly facts: PlanFacts;
  readonly traits: ReadonlyMap<string, PlannerTraits>;
}

/**
 * A file that somebody named must not be dropped in silence.
 * @throws NothingSelectedError when no selected category has any of the files that a word stands for
 */
export function refuseLostTargets(input: Input, targets: Targets, { claims }: Assignment): void {
  if (targets.words.length === 0) return;
  const claimed = new Set(claims.map(({ file }) => file));
  const lost = targets.words.find(({ files }) => !files.some((file) => claimed.has(file)));
  if (lost === undefined) return;
  const excluded = excludedFiles(input, claimed).filter(({ file }) => lost.files.includes(file));
  const [first] = excluded;
  if (first === undefined) return;
  const what = lost.files.length === 1 ? lost.word : `${lost.word} (${plural(lost.files.length, 'test file')})`;
  const uncategorised = excluded.every(({ reason }) => reason === 'uncategorised');
  throw new NothingSelectedError(
    `${what} is ${uncategorised ? 'in no category, so nothing says how to run it' : first.because}`,
    uncategorised ? configHint(input.config, first) : remedy(input, first),
  );
}

/** @throws NothingSelectedError when nothing that was asked for is left */
export function refuseEmptyPlan(input: Input, tasks: readonly Task[], kept: readonly Claim[]): void {
  const { request, categories } = input.selection;
  const settled = tasks.some((task) => task.settled !== null);
  const chosen = tasks.some((task) => task.settled === null && task.role === 'chosen');
  if (chosen || isNothingLeft(input, kept)) return;
  if (narrows(input.facts.changes)) refuseUnconcerned(input.facts.changes);
  if (request.patterns.length > 0) refusePattern(input, kept);
  // A category that is skipped or empty is reported as such, which says more than this error could.
  if (settled) return;
  if (categories.length === 0) {
    const reasons = input.selection.excluded.map(({ category, because }) => `${category}: ${because}`);
    throw new NothingSelectedError(
      'no category is selected',
      reasons.length === 0 ? 'define categories in the config' : reasons.slice(0, 20).join('; '),
    );
  }
  const known = new Set(Object.values(input.facts.files).flat()).size;
  throw new NothingSelectedError(
    `no test is left of ${plural(known, 'test file')}${describeCounts(countExclusions(input, new Set()))}`,
    kept.length > 0 ? dependencyHint(kept) : '"runner plan --explain" says why each file is out',
  );
}

/** What was asked for is there, but an earlier run leaves nothing of it, or only of what it depends on. */
function isNothingLeft({ facts, selection }: Input, kept: readonly Claim[]): boolean {
  const chosen = new Set(selection.categories.filter(({ role }) => role === 'chosen').map(({ name }) => name));
  const isChosen = ({ category, alsoIn }: Claim): boolean =>
    [category.name, ...alsoIn].some((name) => chosen.has(name));
  return facts.remainder !== undefined && kept.some(isChosen);
}

/** Green would say that something was tested. */
function refuseUnconcerned({ since, files, ignored, categories, suites, testFiles }: PlannedChanges): never {
  const when = since === null ? '' : ` since ${since.ref} (${since.commit.slice(0, 8)})`;
  if (files === 0) {
    throw new NothingSelectedError(
      `nothing has changed${when}, so nothing is to be tested`,
      'leave out --changed to run everything, or name what to compare with: --changed <ref>',
    );
  }
  const concerned = [...categories, ...suites, ...testFiles].map(({ name }) => name).slice(0, 5);
  throw new NothingSelectedError(
    `what has changed${when} concerns no test that is selected`,
    concerned.length > 0
      ? `it concerns ${concerned.join(', ')}, which the rest of the command line leaves out`
      : `settings.affectsNothing lists what changed: ${ignored.slice(0, 5).join(', ')}`,
  );
}

function refusePattern(input: Input, kept: readonly Claim[]): never {
  const { patterns } = input.selection.request;
  const words = patterns.map((pattern) => JSON.stringify(pattern)).join(', ');
  if (kept.length > 0) {
    throw new NothingSelectedError(`pattern ${words} matches only files of dependencies`, dependencyHint(kept));
  }
  const counts = countExclusions(input, new Set());
  throw new NothingSelectedError(
    `pattern ${words} matches none of ${plural(counts.pattern, 'test file')}${describeCounts({ ...counts, pattern: 0 }, 'not tried: ')}`,
    'a pattern without "/" is matched against each folder and file name, one with "/" against the whole path from the root',
  );
}

function dependencyHint(kept: readonly Claim[]): string {
  const names = [...new Set(kept.filter(({ file }) => file !== wholeSuite).map(({ category }) => category.name))];
  return `what is left is only a dependency; to run it, ask for it: --category ${names.join(' ')}`;
}

function describeCounts(counts: ExclusionCounts, prefix = ''): string {
  const reasons: readonly (readonly [number, string])[] = [
    [counts.category, 'in categories that do not run'],
    [counts.uncategorised, 'in no category'],
    [counts.suite, 'in other suites'],
    [counts.files, 'not named'],
    [counts.pattern, 'not matching the pattern'],
    [counts.changed ?? 0, 'not concerned by what has changed'],
  ];
  const said = reasons.filter(([count]) => count > 0).map(([count, text]) => `${groupDigits(count)} ${text}`);
  return said.length === 0 ? '' : ` (${prefix}${said.join(', ')})`;
}

function configHint(config: Config, { file, suite }: ExcludedFile): string {
  const cwd = config.suites[suite]?.cwd ?? '.';
  const inSuite = cwd === '.' ? file : file.slice(cwd.length + 1);
  const folder = inSuite.includes('/') ? `${inSuite.slice(0, inSuite.lastIndexOf('/'))}/**` : inSuite;
  return `add it to a category in the config: categories: { unit: { tests: [{ suite: ${suite}, files: [${JSON.stringify(folder)}] }] } }`;
}

function remedy({ config, selection }: Input, { because }: ExcludedFile): string {
  const skipped = selection.excluded.filter(
    ({ category }) => because.includes(category) && category in config.categories,
  );
  const reasons = skipped.map((excluded) => `${excluded.category}: ${excluded.because}`);
  return reasons.length === 0 ? 'name its category with --category' : reasons.join('; ');
}
