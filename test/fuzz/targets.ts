import type { FuzzTarget } from './target.ts';
import { junit } from './targets/junit.ts';
import { streams } from './targets/streams.ts';

/** Everything that reads what others wrote. */
export const targets: readonly FuzzTarget[] = [junit, streams];
