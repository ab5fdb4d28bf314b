import type { FuzzTarget } from './target.ts';
import { commandLines } from './targets/command-lines.ts';
import { configs } from './targets/configs.ts';
import { events } from './targets/events.ts';
import { histories } from './targets/histories.ts';
import { junit } from './targets/junit.ts';
import { patterns } from './targets/patterns.ts';
import { plans } from './targets/plans.ts';
import { streams } from './targets/streams.ts';

/** Everything that reads what others wrote. */
export const targets: readonly FuzzTarget[] = [
  junit,
  streams,
  events,
  plans,
  configs,
  patterns,
  commandLines,
  histories,
];
