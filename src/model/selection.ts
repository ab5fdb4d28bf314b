import type { SkipReason } from './outcome.ts';
import type { Role } from './plan.ts';

/** What the command line asks for, before it is held against the config. Empty arrays mean "no restriction". */
export interface SelectionRequest {
  readonly environment: string;
  readonly categories: readonly string[];
  readonly excludeCategories: readonly string[];
  /** Categories whose `environments` name one of these are out. */
  readonly excludeEnvironments?: readonly string[];
  readonly layers: readonly string[];
  readonly mode: string | null;
  /** A suite with variants stands for all of them. */
  readonly suites: readonly string[];
  /** Only these variants of suites; what has no variants is out then. */
  readonly variants?: readonly string[];
  /** Components under test (`--service`). */
  readonly components: readonly string[];
  readonly patterns: readonly string[];
  readonly keyword: string | null;
  readonly markers: string | null;
  /** Root-relative files, directories or `file::test` ids. */
  readonly files: readonly string[];
  readonly withDependencies: boolean;
}

/** The categories that will run, in the order they were asked for, dependencies first. */
export interface Selection {
  readonly request: SelectionRequest;
  readonly categories: readonly SelectedCategory[];
  /** Categories that are out, each with the reason a person would want to read. */
  readonly excluded: readonly { readonly category: string; readonly because: string }[];
}

export interface SelectedCategory {
  readonly name: string;
  readonly role: Role;
  readonly because: string;
  /** Set when it may not run in this environment. */
  readonly skip: SkipReason | null;
}
