import type { Task } from '../../model/plan.ts';
import type { TestResult } from '../../model/test.ts';
import type { PageFlakiness } from './page-data.ts';

/** A test as it is remembered. */
export interface PastTest {
  readonly suite: string;
  /** Root-relative; empty where it is not known. */
  readonly file: string;
  readonly className: string;
  readonly name: string;
}

/** What is remembered of it. */
export interface TestPast {
  /** The oldest first, a letter each as in `PageStatus`; empty = nothing. */
  readonly outcomes: string;
  /** `null` = it always did the same, or there are too many such tests. */
  readonly flakiness: PageFlakiness | null;
}

/** Looks tests up that ran in an environment, in their order; `null` = nothing is remembered. */
export type ReadPast = (tests: readonly PastTest[], environment: string) => readonly TestPast[] | null;

/** The tests of a run whose past its page shows. */
export interface PastTests {
  /** `key` is what the page knows the test by. */
  add(task: Task, result: TestResult, key: string): void;
  /** By the keys of the tests; of none where nothing is remembered. */
  read(environment: string): {
    readonly history: Readonly<Record<string, string>> | null;
    readonly flakiness: Readonly<Record<string, PageFlakiness>>;
  };
}

/** So many tests are looked up; of more, only those that did not simply pass. */
export const mostPastTests = 10_000;

type KeyedTest = readonly [key: string, test: PastTest];

/** Holds no more than 20,000 names, however many tests there are; without `read`, none. */
export function createPastTests(read: ReadPast | undefined): PastTests {
  const notable: KeyedTest[] = [];
  let plain: KeyedTest[] | null = [];
  return {
    add(task, result, key) {
      // Nothing is remembered of what runner itself put there.
      if (read === undefined || result.synthetic) return;
      const keyed: KeyedTest = [key, pastTest(task, result)];
      const isPlain = result.quarantined === undefined && result.flaky !== true && isCalm(result);
      if (!isPlain && notable.length < mostPastTests) notable.push(keyed);
      if (isPlain && plain !== null && plain.push(keyed) > mostPastTests) plain = null;
    },
    read(environment) {
      const asked = [...notable, ...(plain ?? [])].slice(0, mostPastTests);
      const found = read?.(
        asked.map(([, test]) => test),
        environment,
      );
      if (found == null) return { history: null, flakiness: {} };
      const known = asked.flatMap(([key], place) => {
        const past = found[place];
        return past === undefined || past.outcomes === '' ? [] : [{ key, past }];
      });
      return {
        history: Object.fromEntries(known.map(({ key, past }) => [key, past.outcomes])),
        flakiness: Object.fromEntries(
          known.flatMap(({ key, past }) => (past.flakiness === null ? [] : [[key, past.flakiness]])),
        ),
      };
    },
  };
}

function isCalm({ status, notRun }: TestResult): boolean {
  return status === 'passed' || (status === 'skipped' && notRun !== true);
}

/** A test that names no file is remembered under the one that its task ran. */
function pastTest({ suite, files }: Task, { id }: TestResult): PastTest {
  const [only = ''] = files.length === 1 ? files : [];
  return { suite, file: id.file ?? only, className: id.className, name: id.name };
}
