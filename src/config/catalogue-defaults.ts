import type { CatalogueEntry } from '../model/config.ts';

/** What a category of this name inherits, without the relations to categories that the workspace does not define. */
export function catalogueDefaults(
  name: string,
  catalogue: readonly CatalogueEntry[],
  defined: readonly string[],
): CatalogueEntry | null {
  const entry = catalogue.find((candidate) => candidate.name === name);
  if (entry === undefined) return null;
  const known = (names: readonly string[]): readonly string[] => names.filter((other) => defined.includes(other));
  return { ...entry, dependsOn: known(entry.dependsOn), after: known(entry.after), conflicts: known(entry.conflicts) };
}
