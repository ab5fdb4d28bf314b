import type { Suite } from '../model/config.ts';
import type { FrameworkTraits } from '../model/plan.ts';
import type { ReportCase, ReportItem } from '../model/report.ts';
import type { TestId } from '../model/test.ts';

/** Says how one test framework is launched and read; pure, starts nothing. */
export interface Framework extends FrameworkTraits {
  /** What a suite's files are when its config does not say: globs relative to its folder. */
  readonly defaultFiles: readonly string[];
  readonly defaultCommand: readonly string[] | null;
  /** Exit codes that mean "no test was selected". */
  readonly noTestsExitCodes: readonly number[];
  /** Exit codes that mean "tests ran and some failed"; any other non-zero code is a crash even beside a failed test. */
  readonly failedExitCodes: readonly number[];
  /** Exit codes that say it was called wrongly, so that another attempt ends in the same way; absent = none. */
  readonly usageErrorExitCodes?: readonly number[];
  /** Cases of equal identity in one report: parts of one test (`fold`), or tests that share a name (`number`). */
  readonly duplicates: 'fold' | 'number';
  /** Each file it is given shows up in its report; absent files mean a false pass. */
  readonly reportsEveryFile: boolean;
  command(request: TaskRequest): FrameworkCommand;
  /**
   * Has the framework list the tests of a request, none of which runs: each is a case of the report that is neither failed nor an error,
   * and what cannot be collected one that is. Absent = its tests are known only when they run.
   */
  collect?(request: TaskRequest): FrameworkCommand;
  /** The root-relative identity of a reported case. */
  identify(reported: ReportCase, context: IdentifyContext): TestId;
  /** Why it cannot run tests by this `--keyword` expression, and what to write instead; `null` = it can. */
  keywordProblem?(expression: string): string | null;
  /** The same of `--markers`. */
  markersProblem?(expression: string): string | null;
  /**
   * Tests were left out after a failure, by what its command line says or its last words: they must not count as run. Absent = that
   * cannot be told, so that a retry runs everything.
   */
  stoppedEarly?(ended: { readonly argv: readonly string[]; readonly tail: string }): boolean;
  /** By its last words there is no test of the names that it was asked for, whatever its exit code says. */
  foundNone?(tail: string): boolean;
  /** While it runs it tells all tests of a file before it runs the first of them: after a crash those that are not told of do not exist. */
  readonly listsFirst?: true;
  /** By its last words it ended before all its tests had run, whatever its exit code says. */
  cutShort?(tail: string): boolean;
  /** How it measures coverage; absent = it cannot. */
  readonly coverage?: CoverageWay;
  /** By its command line or last words something failed, or may have, that is no test, such as a threshold of coverage: its exit code may be for that. */
  failedBeside?(ended: { readonly argv: readonly string[]; readonly tail: string }): boolean;
  /** The `file::test` that asks for this test and no other; `null` where only the whole suite can be asked for. */
  testSelector?(id: TestId): string | null;
}

/** How a framework measures coverage. */
export interface CoverageWay {
  /** What has to be there for it besides the framework, and how it is had: `pytest-cov (pip install pytest-cov)`; absent = nothing. */
  readonly needs?: string;
  /** By its last words, or why it could not be started, that is not there. */
  isMissing?(words: string): boolean;
}

/** One attempt of a task, as its framework needs to know it. Paths are absolute unless said otherwise. */
export interface TaskRequest {
  readonly suite: Suite;
  /** Where the process runs; the suite's `cwd`. */
  readonly cwd: string;
  /** Relative to `cwd`. */
  readonly files: readonly string[];
  /** Test names per file in `files`; a file that is absent runs whole. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
  readonly keyword: string | null;
  readonly markers: string | null;
  /** Workers the framework may use. */
  readonly slots: number;
  /** A fresh, empty folder for reports. */
  readonly reportsDir: string;
  /** What the process prints is kept here. */
  readonly logPath: string;
  /** Absolute folder of the streaming plugins. */
  readonly pluginsDir: string;
  /** Coverage is to be measured; only of a framework that can. */
  readonly coverage?: boolean;
  /** Arguments after `--`. */
  readonly extraArgs: readonly string[];
}

export interface FrameworkCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly report: ExpectedReport;
  /** Written by a plugin of ours while the tests run: evidence for what the report, which is the authority, may lose. */
  readonly stream?: LineStream;
  /** A file that has to be there when it starts, what it is told being too long for an argument or a variable. */
  readonly input?: { readonly path: string; readonly text: string };
  /** Variables of the caller that must not reach the process. */
  readonly unset?: readonly string[];
  /** Where it leaves its coverage in the LCOV format, with paths relative to `cwd` or absolute; absent = it measures none. */
  readonly coverage?: { readonly path: string };
  /** The suite's own arguments leave out tests by name or tag, so that a file may be absent from the report. */
  readonly narrowed?: boolean;
}

export type ExpectedReport =
  /** JUnit XML must be at each of these paths. */
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  /** At least one file must match one of these globs, relative to `cwd`, and be newer than the attempt. */
  | {
      readonly kind: 'globs';
      readonly globs: readonly string[];
      /** Older files are what the framework leaves from other runs, and nothing to warn of. */
      readonly keepsOld?: boolean;
      /** What it means that no file is there, and what to do. */
      readonly absent?: string;
      /** Finds the cases in the lines of each file; absent = they are JUnit XML. */
      readonly reader?: () => LineReader;
      /** What the framework printed, for the failures that its files do not hold. */
      readonly beside?: LinesReport;
    }
  | LinesReport
  /** The suite is one test, judged by its exit code. */
  | { readonly kind: 'exit-code' };

/** Lines must be at this path, in which a new `reader` finds the cases; they need not be whole to be read, nor wait for the end. */
export interface LinesReport extends LineStream {
  readonly kind: 'lines';
}

/** A file that grows by whole lines while the tests run. */
export interface LineStream {
  readonly path: string;
  readonly reader: () => LineReader;
}

/** Finds the cases in what a framework or its launcher wrote, line by line, while it runs or afterwards. */
export interface LineReader {
  /** What this line completes. */
  line(text: string): readonly ReportItem[];
  /** What is there to say when no line comes any more: what was running, what never ran, and whether the lines are whole. */
  end(): readonly ReportItem[];
}

export interface IdentifyContext {
  /** Root-relative folder of the suite, `.` for the root. */
  readonly suiteCwd: string;
  /** Absolute root of the workspace, to relativise absolute paths. */
  readonly root: string;
  /** Root-relative files of the task. */
  readonly files: readonly string[];
}
