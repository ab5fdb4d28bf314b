import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { CliOptions, CliRun, Rig } from './rig.ts';

export const config = `
version: 1
project: chain
workers: 2
suites:
  lib: { framework: pytest, files: ["tests/**/test_*.py"] }
  load: { framework: command, command: [./load.sh] }
categories:
  unit: { tests: [{ suite: lib }] }
  load: { tests: [{ suite: load }] }
environments: { local: {}, staging: {}, prod: { protected: true } }
`;

/** Each test notes that it ran, and passes once there is a file of its name. */
export const tests = (...names: readonly string[]): string => `
import os, pytest
ROOT = os.path.dirname(os.path.dirname(__file__))
def ran(name):
    with open(os.path.join(ROOT, "ran.log"), "a") as log:
        log.write(name + "\\n")
${names
  .map((name) =>
    name.startsWith('good')
      ? `def test_${name}():\n    ran("${name}")\n`
      : `def test_${name}():\n    ran("${name}")\n    assert os.path.exists(os.path.join(ROOT, "${name}.fixed"))\n`,
  )
  .join('')}`;

export const project = {
  'runner.config.yaml': config,
  'tests/test_a.py': tests('good1', 'bad1', 'bad2'),
  'tests/test_b.py': tests('good2'),
  'load.sh': '#!/bin/sh\necho load >> ran.log\ntest -e load.fixed\n',
};

/** There is no new event log to repeat. */
export const once: CliOptions = { replay: false };

/** What ran since the last call, in any order. */
export function ranIn(rig: Rig): readonly string[] {
  const path = rig.path('ran.log');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').toSorted() : [];
  rmSync(path, { force: true });
  return lines;
}

export function fix(rig: Rig, ...names: readonly string[]): void {
  for (const name of names) writeFileSync(rig.path(`${name}.fixed`), '');
}

export function runIdOf(run: CliRun): string {
  const start = run.events.find((event) => event.type === 'run-started');
  return start?.type === 'run-started' ? start.runId : '';
}
