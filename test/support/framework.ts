import { frameworks } from '../../src/frameworks/index.ts';
import type { Framework } from '../../src/frameworks/framework.ts';

/** A framework by name. */
export function framework(name: string): Framework {
  const found = frameworks.get(name);
  if (found === undefined) throw new Error(`no framework ${name}`);
  return found;
}
