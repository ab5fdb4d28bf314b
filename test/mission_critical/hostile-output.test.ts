import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';

const names = [
  'a\u001b]52;c;ZXZpbA==\u0007\u001b]0;title\u0007\u001b[2J\u009b31m\u202egnp.exe\n::error::x\n##[group]y\u0000z',
  '../../escaped',
  '-rf --help',
  '"; touch owned; \'`touch owned`$(touch owned)',
  '<script>alert(1)</script>]]>&xxe;',
  '__proto__',
  'constructor',
];

const emit = `import { writeFileSync } from 'node:fs';
const names = ${JSON.stringify(names)};
const escape = (text) => text.replace(/[^ -%'-;=?-~]/g, (character) => '&#' + character.codePointAt(0) + ';').replaceAll('"', '&quot;');
const cases = names.map((name) => '<testcase name="' + escape(name) + '" classname="' + escape(name) + '" file="../../../etc/passwd"><failure message="' + escape(name) + '">' + escape(name) + '</failure></testcase>');
writeFileSync('out.xml', '<testsuite name="s">' + cases.join('') + '</testsuite>');
console.log(names.join('\\n'));
process.exit(1);
`;

// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test('what tests call themselves and print commands neither terminal, CI, shell nor file system', async () => {
  await using rig = await createRig({
    'runner.config.yaml': `
version: 1
suites: { evil: { framework: command, command: [node, emit.mjs], junit: [out.xml] } }
categories: { unit: { tests: [{ suite: evil }] } }
`,
    'emit.mjs': emit,
  });
  const before = readdirSync(rig.path('..'));
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: rig.path('step.md') };
  const run = await rig.runWith({ env }, '--reporter', 'default', 'ctrf', 'trace', '--verbose');
  expect(run.exitCode, run.stderr).toBe(1);
  const finished = run.events.filter(({ type }) => type === 'test-finished');
  expect(finished).toHaveLength(names.length);

  const shown = { stdout: run.stdout, stderr: run.stderr, junit: run.junit };
  const written = ['reports/summary.md', 'step.md'].map(
    (name) => [name, readFileSync(rig.path(name), 'utf8')] as const,
  );
  for (const [name, text] of [...Object.entries(shown), ...written]) {
    // JUnit keeps text as it was, where XML can.
    expect(text.replace(name === 'junit' ? /[\u007f-\u009f\u202e]/g : '', ''), name).not.toMatch(control);
  }
  const commands = (run.stdout + run.stderr).split('\n').filter((line) => /^\s*::/.test(line));
  for (const line of commands) expect(line).toMatch(/^::error (?:file=[^,]*,)?title=/);
  expect(run.stdout).not.toContain('##[');
  expect(run.junit).not.toContain('<script>');
  expect(readdirSync(rig.root)).not.toContain('owned');
  expect(readdirSync(rig.path('..')).filter((name) => name === 'escaped' && !before.includes(name))).toEqual([]);
  expect(readFileSync(rig.path('reports/report.html'), 'utf8')).not.toContain('<script>alert');
});
