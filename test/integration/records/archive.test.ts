import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archiveKind, extractArchive } from '../../../src/records/archive.ts';
import type { ArchiveLimits } from '../../../src/records/archive.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'archive-test-'));
  mkdirSync(join(root, 'out'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Python writes what no well-meaning archiver does. */
function python(code: string): void {
  execFileSync('python3', ['-c', `import io, tarfile, zipfile\n${code}`], { cwd: root });
}

async function extract(name: string, limits?: ArchiveLimits): Promise<readonly string[]> {
  const path = join(root, name);
  const kind = await archiveKind(path);
  if (kind === null) throw new Error('no archive');
  const wanted = ['events.jsonl', 'junit.xml'];
  return extractArchive(path, kind, join(root, 'out'), { wanted, ...(limits === undefined ? {} : { limits }) });
}

function filesIn(folders: readonly string[]): readonly (readonly string[])[] {
  return folders.map((folder) => readdirSync(folder).toSorted());
}

const zip = (entries: string): string =>
  `z = zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED)\n${entries}\nz.close()`;
const tar = (entries: string, mode = 'w'): string => `
t = tarfile.open("a.tar", "${mode}")
def add(name, data=b"", type=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name); info.size = len(data); info.type = type; info.linkname = link
    t.addfile(info, io.BytesIO(data))
${entries}
t.close()`;

describe('an archive', () => {
  test.each([
    [
      'a.zip',
      zip('z.writestr("r/events.jsonl", "one"); z.writestr("r/x/big.log", "no"); z.writestr("s/junit.xml", "two")'),
    ],
    ['a.tar', tar('add("r/events.jsonl", b"one"); add("r/x/big.log", b"no"); add("s/junit.xml", b"two")')],
    ['a.tar', tar('add("r/events.jsonl", b"one"); add("r/x/big.log", b"no"); add("s/junit.xml", b"two")', 'w:gz')],
  ])('gives the files that are wanted and no other, each folder as one (%s)', async (name, code) => {
    python(code);
    const folders = await extract(name);
    expect(filesIn(folders)).toEqual([['events.jsonl'], ['junit.xml']]);
    expect(readFileSync(join(folders[0] ?? '', 'events.jsonl'), 'utf8')).toBe('one');
    expect(readdirSync(join(root, 'out')).toSorted()).toEqual(['1', '2']);
  });

  test('is told by its content, whatever it is called', async () => {
    for (const [name, kind] of [
      ['events.jsonl', null],
      ['a.zip', 'zip'],
      ['b', 'tar'],
    ] as const) {
      writeFileSync(join(root, 'events.jsonl'), '{}\n');
      python(zip('z.writestr("events.jsonl", "x")') + tar('add("events.jsonl", b"x")').replace('a.tar', 'b'));
      expect(await archiveKind(join(root, name))).toBe(kind);
    }
  });

  test('with large bodies between small ones comes out whole', async () => {
    const data = 'b"".join(b"%d\\n" % n for n in range(200000))';
    python(
      tar(
        `add("a/events.jsonl", b"x"); add("a/junk", ${data}); add("b/events.jsonl", ${data}); add("c/junit.xml", b"y")`,
      ),
    );
    const folders = await extract('a.tar');
    expect(filesIn(folders)).toEqual([['events.jsonl'], ['events.jsonl'], ['junit.xml']]);
    expect(readFileSync(join(folders[1] ?? '', 'events.jsonl'), 'utf8').split('\n')).toHaveLength(200_001);
  });
});

describe('a hostile archive', () => {
  test.each([
    ['zip', 'a.zip', zip('z.writestr("../../events.jsonl", "x")')],
    ['absolute zip', 'a.zip', zip('z.writestr("/etc/events.jsonl", "x")')],
    ['tar', 'a.tar', tar('add("../../events.jsonl", b"x")')],
  ])('that leads out of its folder is refused (%s)', async (_what, name, code) => {
    python(code);
    await expect(extract(name)).rejects.toThrow(/cannot be unpacked: /);
    expect(existsSync(join(root, 'events.jsonl'))).toBe(false);
    expect(readdirSync(join(root, 'out'))).toEqual([]);
  });

  test('gives no links', async () => {
    const link =
      'i = zipfile.ZipInfo("r/events.jsonl"); i.external_attr = 0o120777 << 16; z.writestr(i, "/etc/passwd")';
    python(
      zip(link) +
        tar(
          'add("r/events.jsonl", type=tarfile.SYMTYPE, link="/etc/passwd"); add("s/events.jsonl", type=tarfile.LNKTYPE, link="x")',
        ),
    );
    expect(await extract('a.zip')).toEqual([]);
    expect(await extract('a.tar')).toEqual([]);
  });

  test.each([
    ['a.zip', zip('z.writestr("events.jsonl", b"0" * 5_000_000)')],
    ['a.tar', tar('add("junk", b"0" * 5_000_000); add("events.jsonl", b"x")', 'w:gz')],
  ])('that unpacks to too much is left (%s)', async (name, code) => {
    python(code);
    await expect(extract(name, { entries: 10, bytes: 1_000_000 })).rejects.toThrow(/more than 1000000 bytes/);
  });

  test('with too many entries is left', async () => {
    python(zip('[z.writestr("f%d" % n, "") for n in range(200)]'));
    await expect(extract('a.zip', { entries: 100, bytes: 1_000_000 })).rejects.toThrow(/more than 100 entries/);
  });

  test.each([
    ['a.zip', zip('z.writestr("events.jsonl", "x" * 5000)')],
    ['a.tar', tar('add("events.jsonl", b"x" * 5000)')],
    ['a.tar', tar('add("events.jsonl", bytes(range(256)) * 500)', 'w:gz')],
  ])('that is cut off is damaged (%s)', async (name, code) => {
    python(code);
    truncateSync(join(root, name), 600);
    await expect(extract(name)).rejects.toThrow(/cannot be unpacked: /);
  });
});
