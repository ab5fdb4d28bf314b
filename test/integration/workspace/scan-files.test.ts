import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Guard } from '../../../src/model/guard.ts';
import { listGuardedFiles } from '../../../src/workspace/guarded-files.ts';
import { scanFiles } from '../../../src/workspace/scan-files.ts';
import { pieceBytes } from '../../../src/workspace/text-pieces.ts';
import { guardWith } from '../../support/guards.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'runner-guards-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** `file:matches`, and what stood in the way. */
function scanned(files: readonly string[], guard: Partial<Guard> = {}): readonly string[] {
  const { counts, problems } = scanFiles(root, files, { guards: [guardWith({ files: ['**'], ...guard })] });
  return [
    ...counts.flatMap(({ count }) => count.found.map(({ file, count: matches }) => `${file}:${matches}`)),
    ...problems,
  ];
}

describe('files that are unlike others', () => {
  test('are read in any encoding that says itself what it is, and what is not valid in it hides nothing', () => {
    const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
    write({
      'enc/bom.py': '\uFEFFbad',
      'enc/invalid.py': Buffer.concat([Buffer.from([0xff, 0x62, 0xc3]), Buffer.from('bad\n\xff', 'latin1')]),
      'enc/le.py': utf16('x bad bad'),
      'enc/be.py': utf16('bad').swap16(),
      'enc/nul.bin': Buffer.from('bad\0bad'),
      'enc/empty.py': '',
    });
    const files = ['bom.py', 'invalid.py', 'le.py', 'be.py', 'nul.bin', 'empty.py', 'gone.py'].map(
      (name) => `enc/${name}`,
    );
    expect(scanned(files)).toEqual(['enc/be.py:1', 'enc/bom.py:1', 'enc/invalid.py:1', 'enc/le.py:2']);
    expect(scanFiles(root, files, { guards: [guardWith({ files: ['**'] })] })).toMatchObject({
      binary: 1,
      counts: [{ count: { looked: 6, incomplete: false } }],
    });
  });

  test('are read piece by piece when they are large, also where a piece ends inside a match', () => {
    const before = 'x'.repeat(pieceBytes - 2);
    write({ 'large.txt': `${before}bad\r\n${'y\n'.repeat(pieceBytes / 2)}bad` });
    const { counts } = scanFiles(root, ['large.txt'], { guards: [guardWith({ files: ['**'] })] });
    expect(counts[0]?.count.found).toMatchObject([
      { count: 2, hits: [{ line: 1 }, { line: pieceBytes / 2 + 2, text: 'bad' }] },
    ]);
  });

  test('that cannot be read are a problem, and never count as clean', () => {
    write({ 'broken/a.py': 'bad' });
    const guard = guardWith({ files: ['**'] });
    const { counts, problems } = scanFiles(root, ['broken', 'broken/a.py'], { guards: [guard] });
    expect(problems).toEqual(['broken cannot be read (EISDIR)']);
    expect(counts).toMatchObject([{ count: { incomplete: true, found: [{ file: 'broken/a.py' }] } }]);
  });
});

test('a pattern that does not end is given up and named, and the others go on', () => {
  write({ 'hang/a.py': `${'a'.repeat(40)}!`, 'hang/b.py': 'bad' });
  const hanging = guardWith({ name: 'hangs', search: { kind: 'pattern', pattern: '(a+)+$', ignoreCase: false } });
  const guards = [hanging, guardWith()];
  const limits = { batchMs: 500, textMs: 1000 };
  const { counts, problems } = scanFiles(root, ['hang/a.py', 'hang/b.py'], { guards, limits });
  expect(problems).toEqual([expect.stringContaining('guard "hangs": its pattern takes more than')]);
  expect(counts.map(({ count }) => [count.incomplete, count.found.length])).toEqual([
    [true, 0],
    [false, 1],
  ]);
});

describe('the files that globs take', () => {
  test('are listed once, without what git ignores, what nobody looks into, and links out of the workspace', async () => {
    const base = join(root, 'tree');
    write({
      'tree/.gitignore': 'build/\n*.log.py\n',
      'tree/src/.gitignore': 'own.py\n!kept.log.py\n',
      ...Object.fromEntries(
        [
          'src/a.py',
          'src/own.py',
          'src/kept.log.py',
          'src/x.log.py',
          'build/b.py',
          'node_modules/m/c.py',
          'src/d.txt',
        ].map((path) => [`tree/${path}`, 'bad']),
      ),
    });
    symlinkSync('a.py', join(base, 'src/link.py'));
    symlinkSync('/etc/passwd', join(base, 'src/out.py'));
    symlinkSync('nowhere', join(base, 'src/dangling.py'));
    symlinkSync('..', join(base, 'src/up'));
    const expected = { files: ['src/a.py', 'src/kept.log.py'], problems: [] };
    expect(await listGuardedFiles(base, ['**/*.py'])).toEqual(expected);
    // From a folder below, the files above it that say what is ignored count too.
    expect(await listGuardedFiles(base, ['src/**/*.py', 'build/*.py'])).toEqual(expected);
  });

  test.skipIf(process.getuid?.() === 0)('in a folder that cannot be read are a problem', async () => {
    write({ 'closed/in/a.py': 'bad' });
    chmodSync(join(root, 'closed/in'), 0);
    const listed = await listGuardedFiles(join(root, 'closed'), ['**/*.py']);
    chmodSync(join(root, 'closed/in'), 0o755);
    expect(listed.problems).toEqual(['in cannot be read (EACCES)']);
  });
});
