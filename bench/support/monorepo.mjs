import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const monorepoCategories = ['mission_critical', 'e2e', 'unit', 'integration', 'websocket_core', 'agent', 'api'];

/** Makes a large Python monorepo: some folders, some files and some of both are about websockets. Gives the paths of its tests. */
export function makeMonorepo(folder, fileCount) {
  const paths = [];
  for (let index = 0; index < fileCount; index += 1) {
    const category = monorepoCategories[index % monorepoCategories.length];
    const about = index % 17 === 0 ? 'websocket_events' : 'thread_state';
    paths.push(`tests/${category}/group_${index % 150}/test_${about}_${index}.py`);
  }
  for (const parent of new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/'))))) {
    mkdirSync(join(folder, parent), { recursive: true });
  }
  for (const path of paths) writeFileSync(join(folder, path), 'def test_one():\n    pass\n');
  const tests = monorepoCategories.map(
    (name) => `  ${name}: { tests: [{ suite: backend, files: ["tests/${name}/**"] }] }`,
  );
  const suite = 'suites:\n  backend: { framework: pytest, files: ["tests/**/test_*.py"] }';
  writeFileSync(
    join(folder, 'runner.config.yaml'),
    `version: 1\nproject: bench\n${suite}\ncategories:\n${tests.join('\n')}\n`,
  );
  return paths;
}
