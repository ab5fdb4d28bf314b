import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isLinux } from './support.ts';

const repository = resolve(import.meta.dirname, '../../..');
const isCovered = isLinux && ['x64', 'arm64'].includes(process.arch);
const root = mkdtempSync(join(tmpdir(), 'c-library-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

// To load what is cut off in the middle would end the process by SIGBUS.
test.runIf(isCovered)('a native part that is not whole is done without, and a whole one is used', () => {
  const addon = join(
    `node_modules/@koromix/koffi-linux-${process.arch}`,
    isMusl() ? `musl_${process.arch}` : `linux_${process.arch}`,
    'koffi.node',
  );
  const bytes = readFileSync(join(repository, addon));
  mkdirSync(join(root, addon, '..'), { recursive: true });
  copyFileSync(join(repository, 'src/io/c-library.ts'), join(root, 'c-library.ts'));
  const loaded = [0, 40, 64, 4096, bytes.length >> 1, bytes.length - 1, bytes.length].map((length) => {
    writeFileSync(join(root, addon), bytes.subarray(0, length));
    const script = `import { cLibrary } from ${JSON.stringify(join(root, 'c-library.ts'))}; process.stdout.write(String(cLibrary() !== null))`;
    const args = ['--experimental-strip-types', '--no-warnings', '--input-type=module', '--eval', script];
    const { stdout, signal } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root });
    return signal ?? stdout;
  });
  expect(loaded).toEqual(['false', 'false', 'false', 'false', 'false', 'false', 'true']);
});

function isMusl(): boolean {
  const report: unknown = process.report.getReport();
  return !JSON.stringify(report).includes('glibcVersionRuntime');
}
