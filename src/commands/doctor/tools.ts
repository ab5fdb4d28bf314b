import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { guardSuite } from '../../base/guard-names.ts';
import { frameworks } from '../../frameworks/index.ts';
import { runTool } from '../../io/tool.ts';
import type { Suite } from '../../model/config.ts';
import { doubtful, fine, lacking } from './finding.ts';
import type { Finding } from './finding.ts';

const timeoutMs = 20_000;

/** Whether the framework of each suite can be started, and in which version. */
export function checkTools(
  suites: readonly Suite[],
  { root, env }: { readonly root: string; readonly env: Readonly<Record<string, string>> },
): Promise<readonly Finding[]> {
  // Guards are looked for by this program itself.
  const own = suites.filter(({ framework }) => framework !== guardSuite);
  return Promise.all(own.map((suite) => checkTool(suite, resolve(root, suite.cwd), env)));
}

async function checkTool(suite: Suite, cwd: string, env: Readonly<Record<string, string>>): Promise<Finding> {
  const command = suite.command ?? frameworks.get(suite.framework)?.defaultCommand ?? [];
  const [program = ''] = command;
  const shown = `suite ${suite.name}: ${command.join(' ')}`;
  const path = [...binFolders(cwd), env['PATH'] ?? ''].join(delimiter);
  // Whatever else it may be must not be started to see whether it is there; references are known only in a run.
  if (suite.framework === 'command' || command.some((word) => word.includes('${'))) {
    const places = program.includes('/')
      ? [resolve(cwd, program)]
      : path.split(delimiter).map((at) => join(at, program));
    if (program.includes('${') || places.some((place) => existsSync(place))) return fine('tool', shown);
    return lacking('tool', `${shown}: there is no program "${program}"`, `install ${program}, or correct "command"`);
  }
  const argv = [
    ...(suite.framework === 'node' ? [program] : suite.framework === 'go' ? [program, 'version'] : command),
  ];
  if (suite.framework === 'playwright' || suite.framework === 'cargo') argv.splice(-1);
  if (suite.framework !== 'go') argv.push('--version');
  const signal = new AbortController().signal;
  const result = await runTool(argv, { cwd, env: { ...env, PATH: path }, timeoutMs, signal });
  const said = `${result.stdout}\n${result.stderr}`.split('\n').map((line) => line.trim());
  const words = said.find((line) => line !== '') ?? 'it says nothing';
  switch (result.kind) {
    case 'ok':
      return fine('tool', `${shown}: ${words}`);
    case 'missing':
    case 'failed':
      return lacking('tool', `${shown}: ${words}`, remedies[suite.framework] ?? `install ${program}`);
    case 'timed-out':
      return doubtful('tool', `${shown}: did not answer within ${timeoutMs / 1000} s`, `try ${argv.join(' ')} by hand`);
  }
}

const remedies: Readonly<Record<string, string>> = {
  pytest: 'python3 -m pip install pytest',
  vitest: 'npm install --save-dev vitest',
  jest: 'npm install --save-dev jest',
  mocha: 'npm install --save-dev mocha',
  playwright: 'npm install --save-dev @playwright/test',
  go: 'install Go: https://go.dev/dl',
  cargo: 'install Rust: https://rustup.rs',
  maven: 'install Maven and a JDK: https://maven.apache.org',
};

function binFolders(cwd: string): readonly string[] {
  const bin = join(cwd, 'node_modules', '.bin');
  return dirname(cwd) === cwd ? [bin] : [bin, ...binFolders(dirname(cwd))];
}
