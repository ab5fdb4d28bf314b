import { formatDuration } from '../base/duration.ts';
import type { Attention } from '../ports.ts';

/** Tells of each time that the run was suspended, since durations include it; gives what ends that. */
export function tellSuspensions(attention: Attention, warn: (message: string) => void): () => void {
  let pausedAt = performance.now();
  return attention.onSuspend({
    pause: () => {
      pausedAt = performance.now();
    },
    resume: () => {
      warn(
        `the run was suspended for ${formatDuration(performance.now() - pausedAt)}, which is part of the durations it tells`,
      );
    },
  });
}
