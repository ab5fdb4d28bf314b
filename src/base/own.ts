/** What a table has under a word from outside; `undefined` also for `constructor` and whatever else every object inherits. */
export function own<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
