import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const script = resolve(import.meta.dirname, '../../scripts/check-release.mjs');
const folder = mkdtempSync(join(tmpdir(), 'runner-release-'));
afterAll(() => rmSync(folder, { recursive: true }));

const first = '## [1.0.0] - 2026-01-01\n\n- The first.\n';

test.each([
  ['v1.1.0', `## [Unreleased]\n\n## [1.1.0] - 2026-11-21\n\n### Added\n\n- Something.\n\n${first}`, []],
  ['v1.1.0', `## [1.1.0] - 2026-11-21\n\n- The last section.\n`, []],
  ['v1.2.0', `## [1.1.0] - 2026-11-21\n\n- Something.\n`, ['the tag is v1.2.0']],
  ['v1.1.0', `## [Unreleased]\n\n- Something.\n\n${first}`, ['CHANGELOG.md has nothing']],
  ['v1.1.0', `## [1.1.0] - 2026-11-21\n\n${first}`, ['CHANGELOG.md has nothing']],
  ['', `## [1.1.0]\n\n- Something.\n`, ['the tag is', 'CHANGELOG.md has nothing']],
])('a release of 1.1.0 by the tag %j with the changelog %j: %j', (tag, changelog, problems) => {
  writeFileSync(join(folder, 'package.json'), '{"version":"1.1.0"}');
  writeFileSync(join(folder, 'CHANGELOG.md'), `# Changelog\n\n${changelog}`);
  const { status, stderr } = spawnSync(process.execPath, [script, tag], { cwd: folder, encoding: 'utf8' });
  const lines = stderr.trim() === '' ? [] : stderr.trim().split('\n');
  expect(lines.map((line, at) => line.slice(0, problems[at]?.length))).toEqual(problems);
  expect(status).toBe(problems.length === 0 ? 0 : 1);
});
