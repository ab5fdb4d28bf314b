import { createHash } from 'node:crypto';

/** A name for the keys of a build that no other build has, whatever characters its id is made of. */
export function buildName(build: string): string {
  const readable = build.replace(/[^A-Za-z0-9_.-]+/g, '-').slice(0, 40);
  return `${readable}-${createHash('sha256').update(build).digest('hex').slice(0, 24)}`;
}
