import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const src = join(import.meta.dirname, '../../../src');

/** Whoever starts a process, and with what; a new place has to be looked at before it is put here. */
const starters: Readonly<Record<string, string>> = {
  'frameworks/plugins/launcher.mjs': 'spawn spawnSync',
  'io/masked-output.ts': 'spawnSync',
  'io/open-in-browser.ts': 'spawn',
  'io/process-identity.ts': 'execFileSync',
  'io/start-process.ts': 'spawn',
  'io/tool.ts': 'execa',
};

const calls = /\b(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|fork|execa|execaSync|execaCommand)\b/g;
const sources = globSync('**/*.{ts,tsx,mjs,cjs}', { cwd: src })
  .filter((file) => !file.includes('/client/'))
  .map((file) => ({ file, text: readFileSync(join(src, file), 'utf8') }));

test('processes are started in known places only, and each takes an argv', () => {
  const imports =
    /^import \{([^}]*)\} from '(?:node:)?child_process'|await import\('(execa)'\)|require\(.*child_process/gm;
  const found = sources.flatMap(({ file, text }) => {
    const names = [...text.matchAll(imports)].flatMap(([whole]) => whole.match(calls) ?? []);
    return names.length === 0 ? [] : [[file, [...new Set(names)].sort().join(' ')]];
  });
  expect(Object.fromEntries(found)).toEqual(starters);
});

test('functions of the C library are called in known places only', () => {
  const found = sources.flatMap(({ file, text }) => {
    const names = [...text.matchAll(/\.func\(\s*'int (\w+)\(|process\.(dlopen)\(/g)].map(
      ([, name, own]) => name ?? own,
    );
    return names.length === 0 ? [] : [[file, names.sort().join(' ')]];
  });
  expect(Object.fromEntries(found)).toEqual({
    'io/c-library.ts': 'dlopen',
    'io/masked-output.ts': 'mkfifo',
    'io/posix-spawn.ts': [
      'access',
      'posix_spawn',
      ...['adddup2', 'addchdir_np', 'addopen', 'destroy', 'init'].map((name) => `posix_spawn_file_actions_${name}`),
      ...['init', 'setflags', 'setsigdefault', 'setsigmask'].map((name) => `posix_spawnattr_${name}`),
      'waitpid',
    ]
      .sort()
      .join(' '),
  });
});

test('no source asks for a shell, evaluates text as a program, or loads a module by a name from outside', () => {
  const forbidden =
    /\bshell\s*:\s*(?:true|['"`])|\beval\(|new Function\(|\bexecSync\(|\bexecaCommand|os\.system|shell\s*=\s*True|\/bin\/(?:ba)?sh\b|\bimport\((?!['"])/;
  const asking = sources.flatMap(({ file, text }) =>
    text.split('\n').flatMap((line) => {
      const isComment = /^\s*(?:\/\/|\*|\/\*)/.test(line);
      return !isComment && forbidden.test(line) ? [`${file}: ${line.trim()}`] : [];
    }),
  );
  // A constant text that runs its arguments: nothing of a config or a test becomes part of it.
  const joining = `frameworks/plugins/launcher.mjs: const [program, ...args] = merged ? ['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...argv] : argv;`;
  // One of two files of its own, whichever there is.
  const own = `frameworks/plugins/audit.mjs: await import(existsSync(built) ? built.href : new URL('../../runner.ts', import.meta.url).href);`;
  expect(asking).toEqual([own, joining]);
});
