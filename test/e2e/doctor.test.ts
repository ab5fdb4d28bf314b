import { expect, it } from 'vitest';
import { createRig } from '../support/rig.ts';

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly message: string;
  readonly remedy: string | null;
}

function findingsOf(stdout: string, check: string): readonly Finding[] {
  const { format, findings } = JSON.parse(stdout) as { format: number; findings: Finding[] };
  expect(format).toBe(1);
  return findings.filter((finding) => finding.check === check);
}

const config = `
version: 1
suites:
  node: { framework: node }
  other: { framework: pytest, command: [no-such-python, -m, pytest] }
categories:
  unit: { tests: [{ suite: node }] }
  api: { tests: [{ suite: other }] }
  e2e: { tests: [{ suite: node, files: [e2e/**] }], needs: [db], missingService: fail }
services:
  db: { docker: { compose: compose.yml, service: db } }
`;

it('doctor says what is missing for what is selected, and waits for no daemon that hangs', async () => {
  await using rig = await createRig({
    'runner.config.yaml': config,
    'compose.yml': 'services: { db: { image: none } }\n',
    'a.test.mjs': "import test from 'node:test';\ntest('a', () => undefined);\n",
    'e2e/b.test.mjs': "import test from 'node:test';\ntest('b', () => undefined);\n",
    'test_c.py': 'def test_c(): pass\n',
    'bin/docker': '#!/bin/sh\nsleep 600\n',
  });
  const env = { PATH: `${rig.path('bin')}:${process.env['PATH'] ?? ''}` };

  const unit = await rig.runWith({ env }, 'doctor', '--category', 'unit', '--no-deps', '--json');
  expect(unit, unit.stderr).toMatchObject({ exitCode: 0 });
  expect(findingsOf(unit.stdout, 'tool')).toMatchObject([{ status: 'ok' }]);
  expect(findingsOf(unit.stdout, 'docker')).toEqual([]);

  const api = await rig.runWith({ env }, 'doctor', '--category', 'api', '--no-deps', '--json');
  expect(api.exitCode).toBe(3);
  expect(findingsOf(api.stdout, 'tool')).toMatchObject([
    { status: 'missing', remedy: 'python3 -m pip install pytest' },
  ]);

  const e2e = await rig.runWith({ env }, 'doctor', '--category', 'e2e', '--no-deps', '--json');
  expect(e2e.exitCode).toBe(3);
  expect(findingsOf(e2e.stdout, 'docker')[0]?.message).toContain('did not answer');
  expect(findingsOf(e2e.stdout, 'service')).toMatchObject([{ status: 'missing' }]);

  await rig.write({ 'runner.config.yaml': 'version: 2\n' });
  const wrong = await rig.runWith({ env }, 'doctor');
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stdout).toMatch(/MISSING {2}config/);
  expect(wrong.stdout).toMatch(/ok {7}disk|WARNING {2}disk/);
});
