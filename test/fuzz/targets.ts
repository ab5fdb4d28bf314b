import type { FuzzTarget } from './target.ts';
import { junit } from './targets/junit.ts';

/** Everything that reads what others wrote. */
export const targets: readonly FuzzTarget[] = [junit];
