/** When a fault comes: in a first attempt, in the retry of a failed test, or while the service stops after all tests passed. */
export const phases = ['running', 'retrying', 'teardown'] as const;
export type Phase = (typeof phases)[number];

/** How a run ends: an exit code, `killed` where it cannot choose one, or why the two do not meet. */
export type End = number | 'killed' | { readonly never: string };

export interface Fault {
  readonly name: string;
  /** For the table that people read. */
  readonly what: string;
  readonly ends: Readonly<Record<Phase, End>>;
  /** What the script does in the moment; its parent is the runner. */
  readonly inflict?: string;
  /** What is done from outside once the script has made the file `here`; it goes on when there is a file `go`. */
  readonly outside?: 'close-stdout' | 'continue' | 'lock-history';
  /** Folders on small disks of their own. */
  readonly disk?: 'reports' | '.runner' | 'tmp';
  /** What the category before it does. */
  readonly early?: string;
  /** A module that is loaded into the runner. */
  readonly load?: 'names.mjs';
  /** For all processes of the run the clock goes by what the file `clock` says. */
  readonly clock?: true;
  /** Somebody has the service's port. */
  readonly portTaken?: true;
  readonly grace?: string;
  readonly timeout?: string;
  /** More keys of the service. */
  readonly service?: string;
  /** Who serves, in place of a script; `PORT` is a free port. */
  readonly serviceSource?: string;
  /** What the run has to say, in every phase or in some. */
  readonly says?: RegExp;
  /** Results that ended before the fault are in `junit.xml`, in the event log alone, or nowhere: the disk took neither. */
  readonly keeps?: 'log' | 'nothing';
}
