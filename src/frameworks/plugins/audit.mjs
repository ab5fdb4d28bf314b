// Starts the program that this is part of, as built or as source, with the words that follow.
import { existsSync } from 'node:fs';

const built = new URL('../../runner.js', import.meta.url);
await import(existsSync(built) ? built.href : new URL('../../runner.ts', import.meta.url).href);
