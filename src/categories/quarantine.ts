import { compileGlobs } from '../base/glob.ts';
import { parseAddress } from '../base/test-address.ts';
import type { Suite } from '../model/config.ts';
import type { Task } from '../model/plan.ts';
import type { PlannedQuarantine, QuarantineEntry } from '../model/quarantine.ts';
import { membersOf } from './membership.ts';
import { isRestricted } from './restrict.ts';
import type { PlanInput } from './work.ts';

/** The quarantine entries that concern these tasks; the others are nobody's business in this run. */
export function planQuarantine(input: PlanInput, tasks: readonly Task[]): readonly PlannedQuarantine[] {
  const started = tasks.filter(({ settled }) => settled === null);
  const today = input.facts.today ?? '';
  return input.config.quarantine.flatMap((entry) => {
    const { own, isWhole } = concerned(entry, started, input);
    if (own.length === 0) return [];
    const expired = entry.until < today ? { expired: true as const } : {};
    return [{ ...entry, tasks: own.map(({ id }) => id), isWhole, ...expired }];
  });
}

/** Entries of which no suite can ever tell, one message each: the file is misspelt, or belongs to no suite any more. */
export function lostQuarantine({ config, facts }: Pick<PlanInput, 'config' | 'facts'>): readonly string[] {
  const known = new Set(Object.values(facts.files).flat());
  const suites = Object.values(config.suites);
  // What is not made of files names its tests as it likes.
  if (suites.some(({ files }) => files.length === 0)) return [];
  return config.quarantine.flatMap(({ test }) => {
    const { place = '' } = parseAddress(test) ?? {};
    if (known.has(place) || suites.some((suite) => couldHave(suite, place))) return [];
    return [`quarantine: ${test}: no suite has a file ${place}; correct the entry or remove it`];
  });
}

interface Concerned {
  readonly own: readonly Task[];
  /** All of the file's tests run, so that a test of which nothing is heard does not exist. */
  readonly isWhole: boolean;
}

function concerned(entry: QuarantineEntry, tasks: readonly Task[], input: PlanInput): Concerned {
  const { config, facts, selection } = input;
  const { place = '' } = parseAddress(entry.test) ?? {};
  const suites = Object.values(config.suites).filter(({ name }) => facts.files[name]?.includes(place) === true);
  if (suites.length > 0) {
    const own = tasks.filter(({ files }) => files.includes(place));
    const isEverywhere = suites.every(({ name }) => own.some(({ suite }) => suite === name));
    return { own, isWhole: isEverywhere && own.every((task) => runsWhole(task, place)) };
  }
  const gone = tasks.filter((task) => wouldHave(task, place, input));
  if (gone.length > 0) {
    const isWhole = !isRestricted(selection.request) && gone.every((task) => runsWhole(task, place));
    return { own: gone, isWhole };
  }
  const isFile = Object.values(config.suites).some((suite) => couldHave(suite, place));
  return { own: isFile ? [] : tasks.filter(({ files }) => files.length === 0), isWhole: false };
}

function runsWhole({ keyword, markers, tests }: Task, file: string): boolean {
  return keyword === null && markers === null && tests[file] === undefined;
}

/** The file would be the task's category's and suite's if it were there. */
function wouldHave({ category, suite }: Task, place: string, { config }: PlanInput): boolean {
  const found = config.categories[category];
  if (found === undefined) return false;
  return membersOf(config, found).some(
    (member) => member.suite.name === suite && couldHave(member.suite, place) && member.matches(place),
  );
}

function couldHave({ cwd, files, exclude }: Suite, place: string): boolean {
  const prefix = cwd === '.' ? '' : `${cwd}/`;
  if (!place.startsWith(prefix)) return false;
  const path = place.slice(prefix.length);
  return compileGlobs(files)(path) && !compileGlobs(exclude)(path);
}
