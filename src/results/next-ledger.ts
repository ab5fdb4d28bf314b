import { guardSuite, tellsOfGuard } from '../base/guard-names.ts';
import { coversName } from '../base/test-name.ts';
import type { RerunLink } from '../model/event.ts';
import type { TestId } from '../model/test.ts';
import { elsewhereFile, fileOf, unknownFile, wholeScope } from './ledger.ts';
import type { FileLedger, Ledger, TrackedTest } from './ledger.ts';
import type { ObservedFile, ObservedPart, ObservedRun } from './observe-run.ts';
import { standingAfter } from './rerun-table.ts';
import type { Sighting } from './rerun-table.ts';
import { testKey } from './test-records.ts';

/** What `file::` has to be followed by to ask for a test; `null` = its framework cannot be asked for it. */
export type NameOf = (framework: string, id: TestId) => string | null;

/**
 * What a chain holds after a run, given what it held before: computed from what the run was seen to do, whenever that is wanted, so
 * that a run that was killed counts as any other. `parent` is the ledger of the run that it was a rerun of, `null` = that is not to
 * be had, or it was none.
 */
export function nextLedger(parent: Ledger | null, run: ObservedRun, nameOf: NameOf): Ledger {
  const isChained = run.rerunOf !== null;
  const before = run.rerunOf === null ? null : (parent ?? ledgerOfLink(run.rerunOf));
  const suites = new Map<string, Map<string, FileLedger>>();
  for (const [suite, files] of before?.suites ?? []) suites.set(suite, new Map(files));
  const filesOf = (suite: string): Map<string, FileLedger> => {
    const known = suites.get(suite) ?? new Map<string, FileLedger>();
    suites.set(suite, known);
    return known;
  };
  for (const { suite, file } of run.elsewhere) filesOf(suite).set(file, elsewhereFile);
  for (const [suite, files] of run.suites) {
    const known = filesOf(suite);
    for (const [file, seen] of files) {
      known.set(file, nextFile(fileOf(before, suite, file), seen, { isChained, nameOf }));
    }
  }
  return { runId: run.runId, suites };
}

/** All that a run itself knows of those before it: what they owe, but not what they proved. */
function ledgerOfLink({ runId, outstanding }: RerunLink): Ledger {
  const suites = new Map<string, Map<string, FileLedger>>();
  for (const { suite, file, tests, scope } of outstanding) {
    const files = suites.get(suite) ?? new Map<string, FileLedger>();
    suites.set(suite, files);
    const known = files.get(file) ?? unknownFile;
    const owed = (tests ?? []).map((id): [string, TrackedTest] => [testKey(id), { id, standing: 'outstanding' }]);
    const scopes = tests === null ? [scope ?? wholeScope] : [];
    files.set(file, {
      ...known,
      owed: [...known.owed, ...scopes],
      tests: new Map([...known.tests, ...owed]),
    });
  }
  return { runId, suites };
}

interface Rules {
  readonly isChained: boolean;
  readonly nameOf: NameOf;
}

function nextFile(before: FileLedger, seen: ObservedFile, rules: Rules): FileLedger {
  const ran = seen.parts.filter(({ end }) => end !== 'unlisted');
  if (ran.length === 0) return before;
  const tests = new Map<string, TrackedTest>();
  const owed = new Set(stillOwed(before, ran, rules));
  const ids = new Map([...before.tests, ...seen.tests].map(([key, { id }]) => [key, id]));
  for (const [key, id] of ids) {
    const earlier = before.tests.get(key);
    const sighting = seen.tests.get(key)?.sighting ?? sightingOfAbsent(id, earlier, { seen, rules });
    const standing = standingAfter(sighting, earlier?.standing ?? 'untracked');
    if (standing === 'untracked') continue;
    const isGone = sighting === 'gone' && standing === 'outstanding';
    const isMissing = isGone || (earlier?.missing === true && (sighting === 'filtered' || sighting === 'unlisted'));
    tests.set(key, { id, standing, ...(isMissing ? { missing: true } : {}) });
    // Asking for it by its name does not bring it: perhaps running the whole file does.
    if (isGone) for (const { names, fileScope } of ran) if (names !== null) owed.add(fileScope);
  }
  return { ...scopesAfter(before, { ...seen, parts: ran }, rules), owed: [...owed], tests };
}

/** What is owed ends with a run to the end of the same selection, or of the whole file. */
function stillOwed(before: FileLedger, ran: readonly ObservedPart[], { isChained }: Rules): readonly string[] {
  const done = ran.filter(({ end }) => end !== 'incomplete').map(({ scope }) => scope);
  const left = before.owed.filter((scope) => !done.includes(scope) && !done.includes(wholeScope));
  const unknown = ran.filter(({ end, names }) => {
    // What a rerun asks for by name is known by name, and owed until it is told of.
    const isKnown = isChained && names !== null && before.tests.size > 0;
    return end === 'incomplete' && !isKnown;
  });
  return [...left, ...unknown.map(({ scope }) => scope)];
}

/** The clearest of what the parts say of a test that none of them told of. */
const clearestFirst: readonly Sighting[] = ['not-seen', 'gone', 'mended', 'kept', 'filtered', 'unlisted'];

function sightingOfAbsent(
  id: TestId,
  before: TrackedTest | undefined,
  { seen, rules }: { readonly seen: ObservedFile; readonly rules: Rules },
): Sighting {
  const said = seen.parts.map((part): Sighting => {
    if (part.end === 'unlisted') return 'unlisted';
    if (part.names !== null && !isNamed(id, part, rules.nameOf)) {
      return before?.standing === 'passing' ? 'kept' : 'filtered';
    }
    if (part.narrowed) return 'filtered';
    if (part.end !== 'complete') return 'not-seen';
    return part.framework === guardSuite && tellsOfGuard([...seen.tests.values()], id) ? 'mended' : 'gone';
  });
  return clearestFirst.find((sighting) => said.includes(sighting)) ?? 'absent';
}

function isNamed(id: TestId, { framework, names }: ObservedPart, nameOf: NameOf): boolean {
  const own = nameOf(framework, id);
  return own !== null && (names ?? []).some((name) => coversName(name, own));
}

/** Under which selections the file is now known as a whole, and as of which text. */
function scopesAfter(
  before: FileLedger,
  { digest, parts }: ObservedFile,
  { isChained }: Rules,
): Pick<FileLedger, 'digest' | 'scopes'> {
  // The names that a rerun asks for are none of the user's selection, unless something was owed under just those.
  const ran = parts.filter(({ names, scope }) => !isChained || names === null || before.owed.includes(scope));
  if (ran.length === 0) return { digest: before.digest, scopes: before.scopes };
  const known = ran.filter(({ end }) => end !== 'incomplete').map(({ scope }) => scope);
  const earlier = digest !== null && digest === before.digest ? before.scopes : [];
  return { digest, scopes: [...new Set([...earlier, ...known])] };
}
