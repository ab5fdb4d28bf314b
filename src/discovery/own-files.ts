import type { Listing } from '../model/discovery.ts';
import { inFolder } from './paths.ts';

/** The files that a project wrote itself and that are no data of its tests, of all that are there. */
export function ownFiles(listing: Listing): readonly string[] {
  const all = new Set(listing.paths);
  const known = new Map<string, boolean>();
  const isForeignFolder = (folder: string): boolean => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const end = folder.lastIndexOf('/');
    const above = end === -1 ? '.' : folder.slice(0, end);
    const name = folder.slice(end + 1);
    const foreign =
      (above !== '.' && isForeignFolder(above)) ||
      foreignNames.has(name) ||
      name.startsWith('.') ||
      (builtNames.has(name) && manifests.some((manifest) => all.has(inFolder(above, manifest))));
    known.set(folder, foreign);
    return foreign;
  };
  return listing.paths.filter((path) => {
    const end = path.lastIndexOf('/');
    return (end === -1 || !isForeignFolder(path.slice(0, end))) && !listing.isIgnored(path);
  });
}

/** Vendored code, and what tests read but nobody runs. */
const foreignNames = new Set([
  ...['node_modules', 'bower_components', 'vendor', 'third_party', 'third-party', 'site-packages'],
  ...['venv', 'virtualenv', '__pycache__', 'fixtures', 'fixture', '__fixtures__', '__testfixtures__'],
  ...['testdata', 'test_data', 'test-data', '__snapshots__', '__mocks__', 'reports'],
]);

/** Folders that are built only where something that builds is beside them. */
const builtNames = new Set(['dist', 'build', 'out', 'target', 'coverage', 'htmlcov', '_build']);
const manifests = [
  ...['package.json', 'tsconfig.json', 'pyproject.toml', 'setup.py', 'setup.cfg', 'Cargo.toml', 'go.mod'],
  ...['pom.xml', 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'],
];
