import type { Attention } from '../../src/ports.ts';

/** Nobody asks, and nothing is suspended. */
export const noAttention: Attention = {
  hasKeys: false,
  onStatus: () => () => undefined,
  onSuspend: () => () => undefined,
};
