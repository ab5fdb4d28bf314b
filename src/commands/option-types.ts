/** One option of the command line; help, parsing and the table in the docs are made from it. */
export interface CliOption {
  readonly group: OptionGroup;
  /** As commander writes it: `-c, --category <names...>`. */
  readonly flags: string;
  readonly description: string;
  /** Other spellings, accepted everywhere and shown in the docs only. */
  readonly aliases?: readonly string[];
  readonly choices?: readonly string[];
  /** The names that it may be given several of, for completion; the command itself checks them. */
  readonly names?: readonly string[];
  /** Values that mean one of the choices, where one of the aliases is written. */
  readonly oldValues?: Readonly<Record<string, string>>;
  /** Commands that take it; what `run` takes, `rerun` and `watch` take too, with exceptions. */
  readonly commands: readonly CommandName[];
  /** Not of `rerun`: it says what that takes from the run that it completes. */
  readonly fresh?: true;
}

/** A command with options. */
export type CommandName =
  | 'completion'
  | 'run'
  | 'rerun'
  | 'watch'
  | 'worker'
  | 'queue'
  | 'plan'
  | 'matrix'
  | 'list'
  | 'config'
  | 'merge'
  | 'services'
  | 'history'
  | 'why'
  | 'compare'
  | 'report'
  | 'init'
  | 'doctor'
  | 'audit';

type OptionGroup = 'What to run:' | 'Where:' | 'Services:' | 'How:' | 'Sharding:' | 'History:' | 'Output:' | 'Config:';
