import { fileURLToPath } from 'node:url';

/** Absolute folder of what runs inside frameworks: beside the program, as source and as built. */
export function pluginsDir(): string {
  return fileURLToPath(new URL('../frameworks/plugins', import.meta.url));
}
