import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usualBaseline } from '../../base/guard-names.ts';
import { writeFileAtomic } from '../../base/atomic-write.ts';
import { UsageError } from '../../errors.ts';
import { entryFor, parseBaseline, writeBaseline } from '../../guards/baseline.ts';
import type { Settings } from '../../model/settings.ts';
import type { Baseline, Guard } from '../../model/guard.ts';

const update = 'runner audit --update-baseline writes what there is now';

/** Where the baseline is, and what it says. */
export interface BaselineFile {
  /** Root-relative. */
  readonly name: string;
  /** `null` = there is none. */
  readonly baseline: Baseline | null;
  /** @throws UsageError when it cannot be written */
  write(baseline: Baseline): void;
}

/** Reads the baseline of a workspace. @throws UsageError when it is there and not whole, or cannot be read */
export function openBaseline(root: string, settings: Settings): BaselineFile {
  const name = settings.guardBaseline ?? usualBaseline;
  const path = join(root, name);
  return {
    name,
    baseline: read(path, name),
    write(baseline) {
      try {
        writeFileAtomic(path, writeBaseline(baseline));
      } catch (error) {
        throw new UsageError(`the baseline ${name} cannot be written: ${reasonOf(error)}`, 'make its folder writable');
      }
    },
  };
}

/** What the guards are held against. @throws UsageError when one that is a ratchet has nothing in it, which never means zero */
export function baselineFor(guards: readonly Guard[], { name, baseline }: BaselineFile): Baseline {
  const ratchets = guards.filter(({ mode }) => mode === 'ratchet');
  if (baseline === null && ratchets.length > 0)
    throw new UsageError(
      `there is no baseline ${name}, which guard "${ratchets[0]?.name ?? ''}" is held against`,
      update,
    );
  const held = baseline ?? { guards: {} };
  const unknown = ratchets.find((guard) => entryFor(held, guard.name) === null);
  if (unknown !== undefined) throw new UsageError(`the baseline ${name} has no guard "${unknown.name}"`, update);
  return held;
}

function read(path: string, name: string): Baseline | null {
  try {
    return parseBaseline(readFileSync(path, 'utf8'), name);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new UsageError(`the baseline ${name} cannot be read: ${reasonOf(error)}`, 'make it readable');
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
