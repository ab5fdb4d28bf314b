import { dayOf } from '../../base/calendar.ts';
import { plural } from '../../base/text.ts';
import { nextBaseline } from '../../guards/baseline.ts';
import type { NextBaseline } from '../../guards/baseline.ts';
import type { CountedGuard } from '../../guards/judge.ts';
import type { Config } from '../../model/config.ts';
import type { Baseline } from '../../model/guard.ts';
import type { AuditFlags } from '../flags.ts';
import type { BaselineFile } from './baseline-file.ts';

/** What the baseline is after an update, and what there is to say of that. */
export interface Updated {
  readonly baseline: Baseline;
  readonly notes: readonly string[];
}

/** Takes the counts over into the baseline: what is less, and what is more only with a reason. @throws UsageError when it cannot be written */
export function updateBaseline(
  file: BaselineFile,
  counted: readonly CountedGuard[],
  { flags, config }: { readonly flags: AuditFlags; readonly config: Config },
): Updated {
  const ratchets = counted.filter(({ guard }) => guard.mode === 'ratchet');
  const chosen = new Set(ratchets.map(({ guard }) => guard.name));
  // Others of the config stay as they are; those that are gone from it go here too.
  const others = Object.values(config.guards ?? {}).filter(({ name, mode }) => mode === 'ratchet' && !chosen.has(name));
  const { allowIncrease: reason } = flags;
  const next = nextBaseline(file.baseline ?? { guards: {} }, ratchets, {
    increase: reason === undefined ? null : { reason, day: dayOf(Date.now()) },
    keep: new Set(others.map(({ name }) => name)),
  });
  file.write(next.baseline);
  return { baseline: next.baseline, notes: [describe(file, next, reason)] };
}

function describe({ name, baseline }: BaselineFile, next: NextBaseline, reason: string | undefined): string {
  const { raised, lowered, added } = next;
  if (baseline === null) return `the baseline ${name} is written: keep it in version control`;
  const more = `${plural(raised, 'match', 'matches')} more than it has`;
  const told = [
    lowered === 0 ? 'not lowered' : `lowered by ${lowered}`,
    ...(added.length === 0 ? [] : [`has ${added.join(', ')} now`]),
    ...(raised === 0
      ? []
      : [
          reason === undefined
            ? `${more} not taken over (--allow-increase <reason>)`
            : `raised by ${raised}: ${reason}`,
        ]),
  ];
  return `the baseline ${name}: ${told.join('; ')}`;
}
