import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dispatchIn } from '../../support/cli.ts';
import { createRig } from '../../support/rig.ts';
import type { Rig } from '../../support/rig.ts';
import { describeWith } from '../../support/tools.ts';

const repository = resolve(import.meta.dirname, '../../..');
const driver = resolve(repository, 'test/support/type-into-shell.py');
const config = `version: 1
suites: { api: { framework: node, service: backend, variants: { py312: {} } } }
categories:
  unit: { tests: [{ suite: api }] }
  integration: { tests: [{ suite: api }] }
  'x; touch pwned $(touch pwned) "': {}
switches: { real-llm: { env: {} } }
`;

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({
    'project/runner.config.yaml': config,
    'project/my file.test.mjs': '',
    'broken/runner.config.yaml': 'categories: [',
    'bin/runner': `#!/bin/sh\nexec '${process.execPath}' '${repository}/dist/runner.js' "$@"\n`,
    bashrc: "source <(runner completion bash)\nPS1='READY> '\n",
    'zsh/.zshrc': "autoload -U compinit; compinit -u -D\nsource <(runner completion zsh)\nPS1='READY> '\n",
  });
  await chmod(rig.path('bin/runner'), 0o755);
});
afterAll(() => rig[Symbol.asyncDispose]());

function shell(words: readonly string[]): string {
  const [program = '', ...args] = words;
  return execFileSync(program, args, {
    cwd: rig.path('project'),
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      PATH: `${rig.path('bin')}:${process.env['PATH'] ?? ''}`,
      HOME: rig.root,
      ZDOTDIR: rig.path('zsh'),
      TERM: 'dumb',
    },
  });
}

/** What a terminal shows after this was typed, without what a dumb terminal uses to move its cursor. */
function typed(text: string, awaited: string, ...words: readonly string[]): string {
  // eslint-disable-next-line no-control-regex
  return shell(['python3', driver, text, awaited, ...words]).replaceAll(/.\u0008|\u001b\[\?\d+[hl]/g, '');
}

describe('runner completion', () => {
  test.each([
    ['project', '-c ', ['unit', 'integration', 'all']],
    ['project', '--real', ['--real-services', '--real-llm']],
    ['broken', '-c smo', ['smoke']],
    ['broken', 'pl', ['plan']],
    ['zsh', '--layer ', []],
  ])('in %s the words for "runner %s" are %j, with nothing on stderr', async (folder, line, expected) => {
    const { exitCode, stdout, stderr } = await dispatchIn(rig.path(folder), [
      'completion',
      'reply',
      '--',
      ...line.split(' '),
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((word) => word.replace(/\t.*/, '')),
    ).toEqual(expected);
  });

  test('takes the config that the line names', async () => {
    const words = ['--config', 'project/runner.config.yaml', '--category', 'un'];
    const { stdout } = await dispatchIn(rig.root, ['completion', 'reply', '--', ...words]);
    expect(stdout).toBe('words\nunit\t\n');
  });

  test('of an unknown shell is refused', async () => {
    const { exitCode, stderr } = await dispatchIn(rig.root, ['completion', 'bsh']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('(did you mean "bash"?)\n  write runner completion bash, or zsh, or fish');
  });

  test('in bash replaces the word at the cursor, quoted where needed', () => {
    const lines = [
      'runner pl',
      'runner --category=un',
      'runner -c "un',
      'runner --suite api[',
      'runner my',
      'runner a:b',
      'runner -c unit,',
    ];
    const script = `source <(runner completion bash)
COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
for line in "$@"; do COMP_LINE="$line" COMP_POINT=\${#line}; _runner_completion runner; printf '%s\\n' "\${COMPREPLY[*]}"; done`;
    expect(shell(['bash', '--norc', '-c', script, 'bash', ...lines]).split('\n')).toEqual([
      ...['plan', 'unit', 'unit', 'api\\[py312\\]', 'my file.test.mjs', '', 'unit,integration unit,all', ''],
    ]);
  });

  test('works when it is typed into bash', () => {
    const shown = typed('runner --categ\tun\t-e', 'unit -e', 'bash', '--rcfile', rig.path('bashrc'), '-i');
    expect(shown).toContain('runner --category unit -e');
    expect(typed('runner my\t', 'mjs', 'bash', '--rcfile', rig.path('bashrc'), '-i')).toContain(
      'runner my\\ file.test.mjs',
    );
  });

  test('runs nothing that a config says', () => {
    expect(existsSync(rig.path('project/pwned'))).toBe(false);
  });
});

describeWith(['zsh', '--version'], 'runner completion in zsh', () => {
  test('works when it is typed', () => {
    expect(typed('runner --categ\tun\t-e', '-e', 'zsh', '-i')).toMatch(/runner --category *unit *-e/);
    expect(typed('runner my\t', 'mjs', 'zsh', '-i')).toContain('runner my\\ file.test.mjs');
  });
});

describeWith(['fish', '--version'], 'runner completion in fish', () => {
  test('gives words and meanings', () => {
    const lines = ['runner -c ', 'runner --categ', 'runner --category=un', 'runner my', 'runner --file=my'];
    const script = `runner completion fish | source; ${lines.map((line) => `complete -C '${line}'`).join('; ')}`;
    expect(shell(['fish', '--no-config', '-c', script]).split('\n')).toEqual([
      ...['all', 'integration', 'unit'],
      '--category\tcategories to run; "all" for all of them',
      ...['--category=unit', 'my file.test.mjs', '--file=my file.test.mjs', ''],
    ]);
  });
});
