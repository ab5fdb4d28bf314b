import { fileURLToPath } from 'node:url';

/** Absolute folder of what runs inside frameworks: beside the program, as source and as built. */
export function pluginsDir(): string {
  return fileURLToPath(new URL('../frameworks/plugins', import.meta.url));
}

/** Absolute folder of the script and the style of `report.html`, which the build makes. */
export function pageDir(): string {
  return fileURLToPath(new URL('../reporters/html', import.meta.url));
}
