import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');
const cli = join(repository, 'dist/runner.js');
const folder = mkdtempSync(join(tmpdir(), 'runner-start-up-'));
const preload = join(folder, 'record-modules.mjs');
writeFileSync(
  preload,
  `import { registerHooks } from 'node:module';
import { appendFileSync } from 'node:fs';
registerHooks({ load(url, context, next) { appendFileSync(process.env.MODULE_LIST, url + '\\n'); return next(url, context); } });
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

/** The files that a command line loads; built-in modules are left out. */
function modulesLoadedBy(...args: string[]): string[] {
  const list = join(folder, `modules-${args.join('').replaceAll('/', '-')}`);
  execFileSync(process.execPath, ['--import', preload, cli, ...args], { env: { ...process.env, MODULE_LIST: list } });
  const urls = readFileSync(list, 'utf8')
    .trim()
    .split('\n')
    .filter((url) => url.startsWith('file:') && !url.endsWith('record-modules.mjs'));
  const names = urls.map((url) => url.split('/dist/')[1] ?? url);
  return [...new Set(names)].sort();
}

describe('start-up', () => {
  test.each([['--version'], ['--help']])('%s loads commander and nothing else', (flag) => {
    const loaded = ['cli.js', 'runner.js', 'start.js'];
    expect(modulesLoadedBy(flag)).toEqual(loaded);
    const texts = loaded.map((name) => readFileSync(join(repository, 'dist', name), 'utf8'));
    const bundled = texts.join('').matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g);
    expect(new Set([...bundled].map(([, name]) => name))).toEqual(new Set(['commander']));
  });

  test('ends where the folder for temporary files is missing, and does not make it', () => {
    const missing = join(folder, 'none');
    for (const TMPDIR of [missing, '/proc/none']) {
      const run = spawnSync(process.execPath, [cli, '--version'], { env: { ...process.env, TMPDIR }, timeout: 60_000 });
      expect(run.status).toBe(0);
    }
    expect(existsSync(missing)).toBe(false);
  });

  test('a plan loads two files beside its own, whatever it is made of, and a merge none that only plans need', () => {
    const config = `version: 1\nsuites: { lib: { framework: node } }\ncategories: { unit: { tests: [{ suite: lib }] } }\n`;
    writeFileSync(join(folder, 'planned.yaml'), config);
    writeFileSync(join(folder, 'planned.test.mjs'), '');
    const plan = modulesLoadedBy('plan', '--config', join(folder, 'planned.yaml'));
    expect(plan).toEqual(expect.arrayContaining(['commands/common.js', 'commands/planning.js']));
    expect(plan.length).toBeLessThanOrEqual(9);
    expect(plan).not.toContain('commands/running.js');
    expect(modulesLoadedBy('merge', '--help')).not.toContain('commands/planning.js');
  });

  test('without a history no database is loaded, and with no secret, shard or archive no more than a plan needs', () => {
    const told = join(folder, 'told.mjs');
    writeFileSync(told, `process.on('exit', () => process.stderr.write(process.moduleLoadList.join('\\n')));\n`);
    const config = `version: 1\nsuites: { lib: { framework: node } }\ncategories: { unit: { tests: [{ suite: lib }] } }\n`;
    writeFileSync(join(folder, 'runner.config.yaml'), config);
    writeFileSync(join(folder, 'a.test.mjs'), '');
    for (const args of [['--version'], ['--help'], ['plan']]) {
      const run = spawnSync(process.execPath, ['--import', told, cli, ...args], { cwd: folder, encoding: 'utf8' });
      expect([run.status, run.stderr.includes('fs'), run.stderr.includes('sqlite')]).toEqual([0, true, false]);
      for (const slow of ['child_process', 'zlib', 'http'])
        expect(run.stderr.split('\n')).not.toContain(`NativeModule ${slow}`);
    }
  });

  test('the package is one file tree: it imports nothing that is not in it', () => {
    const files = readdirSync(join(repository, 'dist'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.js') && !file.startsWith('frameworks/'),
    );
    const imported = files.flatMap((file) => [
      ...readFileSync(join(repository, 'dist', file), 'utf8').matchAll(/^import (?:.* from )?"([^"]+)";/gm),
    ]);
    expect(imported.map(([, from]) => from).filter((from) => !from?.startsWith('.'))).toEqual([]);
  });

  test('--version prints the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
    expect(execFileSync(process.execPath, [cli, '--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
  });

  test('a command has its options in its help, however that is asked for', () => {
    const help = (...words: string[]): string =>
      execFileSync(process.execPath, [cli, ...words], { encoding: 'utf8', cwd: folder });
    for (const words of [
      ['merge', '--help'],
      ['help', 'merge'],
    ])
      expect(help(...words), words.join(' ')).toContain('--reports <dir>');
    expect(help('help')).toContain('--category <names...>');
  });

  test('an older Node is told in one line which version is needed', () => {
    // The check reads process.versions, which a preload can change as an older Node would have it.
    const old = join(folder, 'old-node.mjs');
    writeFileSync(old, `Object.defineProperty(process.versions, 'node', { value: '20.20.2' });\n`);
    const run = spawnSync(process.execPath, ['--import', old, cli, '--version'], { encoding: 'utf8' });
    expect({ status: run.status, stderr: run.stderr.replace(process.execPath, '<node>') }).toEqual({
      status: 2,
      stderr: 'runner needs Node.js 22.13 or newer; this is 20.20.2 (<node>)\n',
    });
  });
});
