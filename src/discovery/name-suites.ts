import type { FoundSuite } from './found-suite.ts';
import { nameOf } from './paths.ts';

/** A suite with the name that it has in the config. */
export interface NamedSuite {
  readonly name: string;
  readonly found: FoundSuite;
}

/** Names suites after their folder, those of the root after their framework; the framework is added where two share a folder, the path where two share a name. */
export function nameSuites(found: readonly FoundSuite[]): readonly NamedSuite[] {
  const label = (suite: FoundSuite): string => (suite.junit === undefined ? suite.framework : 'gradle');
  const sameFolder = Map.groupBy(found, ({ cwd }) => cwd);
  const short = (suite: FoundSuite): string => {
    if (suite.cwd === '.') return label(suite);
    const only = (sameFolder.get(suite.cwd)?.length ?? 0) < 2;
    return only ? nameOf(suite.cwd) : `${nameOf(suite.cwd)}-${label(suite)}`;
  };
  const shared = Map.groupBy(found, (suite) => clean(short(suite)));
  const used = new Set<string>();
  return found.map((suite) => {
    const own = clean(short(suite));
    const isShared = (shared.get(own)?.length ?? 0) > 1 && suite.cwd !== '.';
    const wanted = isShared ? clean(`${suite.cwd}-${label(suite)}`) : own;
    let name = wanted;
    for (let number = 2; used.has(name); number += 1) name = `${wanted}-${number}`;
    used.add(name);
    return { name, found: suite };
  });
}

function clean(text: string): string {
  const cleaned = text.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[^A-Za-z0-9_]+/, '');
  return cleaned === '' ? 'tests' : cleaned;
}
