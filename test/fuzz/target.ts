import type fc from 'fast-check';

/** A reader of things that others wrote, and what must hold whatever they wrote. */
export interface FuzzTarget {
  readonly name: string;
  /** What is read, in a few words. */
  readonly reads: string;
  /** Executions in CI, where all targets together have some seconds. */
  readonly runsInCi: number;
  /** `folder` is empty, and the target's own. */
  property(folder: string): Promise<fc.IRawProperty<[unknown]>>;
}
