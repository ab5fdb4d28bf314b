import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Suite } from '../../../src/model/config.ts';
import { listSuiteFiles } from '../../../src/workspace/files.ts';
import { suite } from '../../unit/categories/fixture.ts';

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'runner-files-')));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function write(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), '');
  }
}

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await symlink(target, join(root, path));
}

function list(...suites: readonly Suite[]): readonly string[] {
  const { files } = listSuiteFiles(root, suites.length === 0 ? [suite('backend')] : suites);
  return Object.values(files).flat();
}

const hostileNames = [
  'tests/a b/test_ c.py',
  'tests/-rf/test_--x.py',
  'tests/üñí 日本/test_ä.py',
  `tests/q'"$\`\\/test_q'".py`,
  'tests/line\nbreak/test_line\nbreak.py',
  'tests/[id]/test_{a,b}(c)!.py',
  'tests/test_\u2028.py',
];

describe('the files of suites', () => {
  it('are root-relative, sorted and each listed once, whatever their names', async () => {
    await write(...hostileNames, 'tests/helper.py');
    expect(list(suite('backend', { files: ['tests/**/test_*.py', '**/test_*.py'] }))).toEqual([...hostileNames].sort());
  });

  it('are taken and left out by globs relative to the folder of the suite', async () => {
    await write('web/src/a.test.ts', 'web/src/old/b.test.ts', 'src/c.test.ts', 'web/.hidden/d.test.ts');
    const web = suite('web', { cwd: 'web', files: ['**/*.test.ts'], exclude: ['src/old/**'] });
    expect(list(web)).toEqual(['web/.hidden/d.test.ts', 'web/src/a.test.ts']);
  });

  it('are told apart for several suites of one folder', async () => {
    await write('a/test_1.py', 'b/x.test.ts');
    const { files } = listSuiteFiles(root, [
      suite('py'),
      suite('ts', { files: ['**/*.test.ts'] }),
      suite('none', { files: [] }),
    ]);
    expect(files).toEqual({ py: ['a/test_1.py'], ts: ['b/x.test.ts'], none: [] });
  });

  it('are none, without an error, where the folder of a glob is missing', () => {
    expect(listSuiteFiles(root, [suite('backend', { files: ['nowhere/**/test_*.py'] })])).toEqual({
      files: { backend: [] },
      warnings: [],
      unreadable: [],
    });
  });

  it('are not searched for in what is installed, generated or versioned', async () => {
    await write(
      'test_a.py',
      'node_modules/x/test_b.py',
      '.git/test_c.py',
      'reports/test_d.py',
      'env/pyvenv.cfg',
      'env/lib/test_e.py',
    );
    await write(
      'cache/CACHEDIR.TAG',
      'cache/test_f.py',
      'package.json',
      'dist/test_g.py',
      'java/pom.xml',
      'java/target/test_h.py',
      '.runner/test_i.py',
    );
    expect(list()).toEqual(['test_a.py']);
  });

  it('are found in folders that only share a name with those', async () => {
    await write('tests/reports/test_a.py', 'tests/dist/test_b.py', 'tests/target/test_c.py', 'tests/env/test_d.py');
    expect(list()).toHaveLength(4);
  });

  it('are found in an ignored folder that a glob names', async () => {
    await write('package.json', 'dist/test_a.py', 'node_modules/own/test_b.py');
    expect(list(suite('backend', { files: ['dist/**/test_*.py', 'node_modules/own/**'] }))).toEqual([
      'dist/test_a.py',
      'node_modules/own/test_b.py',
    ]);
  });
});

describe('symbolic links', () => {
  it('that go in circles end', async () => {
    await write('tests/test_a.py');
    await link('.', 'tests/self');
    await link('..', 'tests/up');
    await link('../b', 'a/to-b');
    await link('../a', 'b/to-a');
    expect(list()).toEqual(['tests/test_a.py']);
  });

  it('to each other in many folders end', async () => {
    for (let from = 0; from < 7; from += 1) {
      await write(`d${from}/test_${from}.py`);
      for (let to = 0; to < 7; to += 1) if (to !== from) await link(`../d${to}`, `d${from}/to${to}`);
    }
    expect(list()).toEqual(Array.from({ length: 7 }, (_, index) => `d${index}/test_${index}.py`));
  });

  it('list a file under its own name when it is one of the suite, otherwise under the link', async () => {
    await write('tests/test_a.py', 'libs/shared/test_b.py');
    await link('test_a.py', 'tests/test_again.py');
    await link('../libs/shared', 'tests/shared');
    expect(list(suite('backend', { files: ['tests/**/test_*.py'] }))).toEqual([
      'tests/shared/test_b.py',
      'tests/test_a.py',
    ]);
    expect(list()).toEqual(['libs/shared/test_b.py', 'tests/test_a.py']);
  });

  it('are followed for each suite that needs them', async () => {
    await write('libs/test_b.py');
    await link('../libs', 'one/shared');
    await link('../libs', 'two/shared');
    expect(list(suite('one', { files: ['one/**/test_*.py'] }), suite('two', { files: ['two/**/test_*.py'] }))).toEqual([
      'one/shared/test_b.py',
      'two/shared/test_b.py',
    ]);
  });

  it('out of the workspace are not followed, and it is said', async () => {
    await link('/', 'tests/whole-machine');
    await link(import.meta.filename, 'tests/test_outside.py');
    await link('gone.py', 'tests/test_dangling.py');
    await link('gone', 'tests/nothing-to-do-with-tests');
    expect(listSuiteFiles(root, [suite('backend')])).toEqual({
      files: { backend: [] },
      unreadable: [],
      warnings: [
        'tests/test_dangling.py: is a link that leads nowhere (ENOENT), it is not run',
        'tests/test_outside.py: is a link out of the workspace, it is not run',
        'tests/whole-machine: is a link out of the workspace and is not searched',
      ],
    });
  });

  it('to the root itself change nothing', async () => {
    await write('test_a.py');
    await symlink(root, `${root}-link`);
    try {
      expect(listSuiteFiles(`${root}-link`, [suite('backend')]).files).toEqual({ backend: ['test_a.py'] });
    } finally {
      await rm(`${root}-link`);
    }
  });
});

// Root reads everything.
describe.skipIf(process.getuid?.() === 0)('a folder that cannot be read', () => {
  it('is reported and does not hide the others', async () => {
    await write('tests/secret/test_a.py', 'tests/test_b.py');
    await chmod(join(root, 'tests/secret'), 0o000);
    const { files, warnings } = listSuiteFiles(root, [suite('backend')]);
    await chmod(join(root, 'tests/secret'), 0o700);
    expect(files).toEqual({ backend: ['tests/test_b.py'] });
    expect(warnings).toEqual(['tests/secret: cannot be read (EACCES), tests in it are not run']);
  });
});

// Other systems refuse to make such a file.
it.skipIf(process.platform !== 'linux')(
  'a name that is not UTF-8 is reported, because no process could be given it',
  async () => {
    await mkdir(join(root, 'tests'));
    await writeFile(
      Buffer.concat([Buffer.from(join(root, 'tests/test_')), Buffer.from([0xff]), Buffer.from('.py')]),
      '',
    );
    const { files, warnings } = listSuiteFiles(root, [suite('backend')]);
    expect(files).toEqual({ backend: [] });
    expect(warnings).toEqual(['tests/test_\uFFFD.py: its name is not valid UTF-8, it is not run']);
  },
);
