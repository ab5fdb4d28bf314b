import type { BatchMode } from './config.ts';

/** What a suite inherits from its framework. */
export interface FrameworkDefaults {
  readonly name: string;
  readonly hasFiles: boolean;
  readonly defaultFiles: readonly string[];
  readonly defaultCommand: readonly string[] | null;
  readonly defaultBatch: BatchMode;
}
