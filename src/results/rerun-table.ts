/** What a chain of reruns holds of a test: it has passed, it is owed, or nothing is known that counts. */
export type Standing = 'passing' | 'outstanding' | 'untracked';

/** How a run met a test. */
export type Sighting =
  /** Its file is not in the workspace, or not in what ran. */
  | 'absent'
  /** What would have run it was skipped as a whole: an environment, a service that is not there. */
  | 'unlisted'
  /** Its file ran to the end without it. */
  | 'gone'
  /** What would tell of it ended and tells only of what is wrong, so that it is wrong no more. */
  | 'mended'
  | 'passed'
  | 'failed'
  /** It was to run and was not told of: a crash, an interrupt, a dependency that failed. */
  | 'not-seen'
  /** Left out, because it passed in an earlier run of the chain. */
  | 'kept'
  /** It skipped itself. */
  | 'skipped'
  /** It failed in quarantine. */
  | 'quarantined'
  /** Left out by what the user selected. */
  | 'filtered';

/**
 * What a run makes of a test, given what it was before the run: the decision table of a chain of reruns, as cargo-nextest has it
 * (https://nexte.st/docs/design/architecture/recording-runs/). A test that passed and then disappeared is forgotten, so that it runs
 * should it come back; one that was merely left out is not; and nothing but a pass clears what is owed, unless it is known to fail and
 * was put into quarantine, or a guard that is told of finds it no longer.
 */
export function standingAfter(sighting: Sighting, before: Standing): Standing {
  switch (sighting) {
    case 'passed':
    case 'kept':
      return 'passing';
    case 'failed':
    case 'not-seen':
      return 'outstanding';
    case 'quarantined':
    case 'mended':
      return 'untracked';
    case 'gone':
      return before === 'outstanding' ? 'outstanding' : 'untracked';
    case 'absent':
    case 'unlisted':
    case 'skipped':
    case 'filtered':
      return before;
  }
}
