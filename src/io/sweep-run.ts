import { startEnding } from './ending.ts';
import { createFamily, isAnyAlive } from './family.ts';
import { nameSurvivors } from './leftovers.ts';
import { encodeMark } from './mark.ts';
import { createProcessTable } from './processes.ts';

/**
 * Ends every process with a mark that starts with `runMark` and names what it found; for the very end of a run and for
 * what a killed run left behind. `runMark` must end where run ids end (`run-1/`), or it finds run-10 too. Linux only.
 */
export async function sweepRun(runMark: string, graceMs: number, kill: AbortSignal): Promise<readonly string[]> {
  const prefix = encodeMark(runMark);
  // The empty prefix would be every runner's processes.
  if (prefix === '') return [];
  const family = createFamily(createProcessTable(), null, {
    matches: (marks) => marks.some((mark) => mark.startsWith(prefix)),
  });
  const survivors = await family.survivors();
  if (!isAnyAlive(survivors)) return [];
  const names = nameSurvivors(survivors);
  const isGone = await startEnding(family, { signal: 'SIGTERM', graceMs, kill }).done;
  return isGone ? names : [...names, 'not all of them could be ended'];
}
