import type { Outcome } from '../../src/model/outcome.ts';
import type { JunitCase } from './junit-cases.ts';
import type { NpmTools } from './npm-tools.ts';

/** What every framework is held to: what a file holds, and below what comes of it. */
export const rows = {
  passes: 'a test that passes',
  fails: 'a test that fails',
  setUp: 'a set-up that fails',
  tearDown: 'a tear-down that fails',
  skipped: 'a test that is skipped',
  expected: 'a test that is to do or expected to fail',
  parametrised: 'a test with parameters',
  characters: 'unicode and control characters in names and output',
  long: 'a message of 1 MB',
  late: 'output after the last test',
} as const;

/** Ways in which a process ends before its tests do, each of a task of its own. */
export const ends = {
  crash: 'a crash in the middle',
  leaves: 'an exit with code 0 in the middle',
  hangs: 'a test that never ends',
} as const;

export const broken = 'a file of three that cannot be parsed';
export const again =
  'a test that fails once costs one rerun of it alone, and none of its name elsewhere counts as that';

/** `file::name` to status. */
export type Cases = Readonly<Record<string, JunitCase['status']>>;

/** Why a framework has no such thing. */
export type Reason = string;

/** One framework's column of the table. */
export interface Contract {
  readonly framework: string;
  /** Packages, or a command that succeeds where the tool is there; absent = this repository has it. */
  readonly tools?: NpmTools | readonly string[];
  /** What the suite of each part says beside its files: entries of a flow mapping. */
  readonly suiteOf?: (part: string) => string;
  readonly env?: Readonly<Record<string, string>>;
  /** Written beside the fixtures. */
  readonly files?: Readonly<Record<string, string>>;
  /** The cases that show each row. */
  readonly rows: Readonly<Record<keyof typeof rows, Cases | Reason>>;
  /** Cases of the same files that show no row. */
  readonly beside?: Cases;
  readonly broken: Cases | Reason;
  readonly ends: Readonly<Record<keyof typeof ends, End | Reason>>;
  /** Files that no case names. */
  readonly silent?: Readonly<Partial<Record<'broken' | keyof typeof ends, readonly string[]>>>;
  /** Errors that it tells only where it is quick enough when it is ended: as `file::name`. */
  readonly perhaps?: readonly string[];
  /** Long enough to reach the test that hangs. */
  readonly hangsFor: string;
  readonly again: Again | Reason;
  /** Put in front of a name that is not unique in its file; '' by default. */
  readonly groupOf?: (className: string) => string;
}

export interface End {
  readonly cases: Cases;
  readonly outcome: Outcome['kind'];
}

/** The tests `works`, which passes on the second attempt, and `stays`, which never does, in `First`; others of these names pass. */
export interface Again {
  /** Of the first: those of `First` and `Second`; of the other: those of `First`. */
  readonly files: readonly [string, string];
  readonly name: (group: string, test: string) => string;
}

/** A task of its own: files of one kind, and the cases expected of it. */
interface Part {
  readonly name: string;
  readonly cases: Cases;
  /** What its category says beside its suite. */
  readonly options?: string;
}

/** Everything that the report must hold. */
export function allCases(contract: Contract): Cases {
  return Object.assign({}, ...partsOf(contract).map(({ cases }) => cases)) as Cases;
}

export function againCases({ files: [a, b], name }: Again): Cases {
  return {
    [`${a}::${name('First', 'works')}`]: 'passed',
    [`${a}::${name('First', 'stays')}`]: 'failed',
    [`${a}::${name('Second', 'works')}`]: 'passed',
    [`${a}::${name('Second', 'stays')}`]: 'passed',
    [`${b}::${name('First', 'works')}`]: 'passed',
    [`${b}::${name('First', 'stays')}`]: 'passed',
  };
}

/** A suite and a category for each part. */
export function configOf(contract: Contract): string {
  const parts = partsOf(contract);
  const silent: Readonly<Record<string, readonly string[]>> = contract.silent ?? {};
  const suites = parts.map(({ name, cases }) => {
    const files = [...filesOf(cases), ...(silent[name] ?? [])];
    const more = [
      ...(files.length === 0 ? [] : [`batch: all, files: ${JSON.stringify(files)}`]),
      ...(contract.suiteOf === undefined ? [] : [contract.suiteOf(name)]),
    ];
    return `  ${name}: { framework: ${contract.framework}, ${more.join(', ')} }`;
  });
  const categories = parts.map(({ name, options }) => `  ${name}: { tests: [{ suite: ${name} }], ${options ?? ''} }`);
  return `version: 1\nproject: contract\nworkers: 2\nsuites:\n${suites.join('\n')}\ncategories:\n${categories.join('\n')}\n`;
}

function partsOf(contract: Contract): readonly Part[] {
  const cells = Object.values(contract.rows).filter((cell) => typeof cell !== 'string');
  return [
    { name: 'kinds', cases: Object.assign({}, ...cells, contract.beside) as Cases },
    ...(typeof contract.broken === 'string' ? [] : [{ name: 'broken', cases: contract.broken }]),
    ...Object.entries(contract.ends).flatMap(([name, end]): Part[] => {
      if (typeof end === 'string') return [];
      return [{ name, cases: end.cases, options: name === 'hangs' ? `timeout: ${contract.hangsFor}` : '' }];
    }),
    ...(typeof contract.again === 'string'
      ? []
      : [{ name: 'again', cases: againCases(contract.again), options: 'retries: 1' }]),
  ];
}

function filesOf(cases: Cases): readonly string[] {
  const files = Object.keys(cases).map((id) => id.slice(0, id.indexOf('::')));
  return [...new Set(files)].filter((file) => file !== '');
}
