import { createHash } from 'node:crypto';

const maxName = 1000;

/** A name as the history keeps it: a test's may be as long as that likes, and the identity of what is cut off is kept. */
export function bounded(text: string): string {
  if (text.length <= maxName) return text.toWellFormed();
  return `${text.slice(0, maxName).toWellFormed()} ...${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
