import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { again, againCases, allCases, broken, configOf, ends, rows } from './contract-table.ts';
import type { Contract } from './contract-table.ts';
import { casesOf } from './junit-cases.ts';
import type { JunitCase } from './junit-cases.ts';
import { missing } from './npm-tools.ts';
import { createRig } from './rig.ts';
import type { CliRun, Rig } from './rig.ts';
import { repository } from './run-framework.ts';
import { problemWith } from './tools.ts';

const xsd = join(repository, 'docs/junit.xsd');

/** What of each test ran in which attempt, as the tests themselves write it down. */
const runsOfAgain = [
  'a First stays 1',
  'a First stays 2',
  'a First works 1',
  'a First works 2',
  'a Second stays 1',
  'a Second works 1',
  'b First stays 1',
  'b First works 1',
];

/** Tests a framework against every row of the table, in one run of runner. */
export function describeContract(contract: Contract): void {
  const lack = lackOf(contract);
  const title = `${contract.framework} by the table${lack === null ? '' : `, skipped: ${lack}`}`;
  describe.skipIf(lack !== null)(title, () => {
    let rig: Rig;
    let run: CliRun;
    let cases: readonly JunitCase[] = [];
    beforeAll(async () => {
      rig = await workspaceOf(contract);
      run = await rig.runWith({ env: { ...contract.env, RAN_LOG: rig.path('ran.log') } });
      expect(run.exitCode, run.stderr).toBe(1);
      // What runner itself says of a process is no test.
      cases = casesOf(run.junit).filter(({ className }) => !className.includes('[runner]'));
    }, 600_000);
    afterAll(() => rig[Symbol.asyncDispose]());

    const expectCases = (expected: object): void => {
      const found = Object.entries(statusesOf(cases, contract)).filter(([key]) => key in expected);
      expect(Object.fromEntries(found)).toEqual(expected);
    };

    for (const [row, cell] of entriesOf(contract.rows)) cellOf(rows[row], cell, expectCases);
    cellOf(broken, contract.broken, (expected) => {
      expectCases(expected);
      expect(outcomesOf(run, 'broken')).toEqual(['tests-failed']);
    });
    for (const [end, cell] of entriesOf(contract.ends)) {
      cellOf(ends[end], cell, (expected) => {
        expectCases(expected.cases);
        expect(outcomesOf(run, end)).toEqual([expected.outcome]);
      });
    }
    cellOf(again, contract.again, (expected) => {
      expect(readFileSync(rig.path('ran.log'), 'utf8').trim().split('\n').toSorted()).toEqual(runsOfAgain);
      expectCases(againCases(expected));
      const flaky = cases.filter(({ children }) => children.includes('flakyFailure'));
      const works = `${expected.files[0]}::${expected.name('First', 'works')}`;
      expect(flaky.map((test) => keyOf(test, contract))).toEqual([works]);
    });

    it('the merged report is valid and has every test exactly once', () => {
      execFileSync('xmllint', ['--noout', '--schema', xsd, rig.path('reports/junit.xml')], { stdio: 'pipe' });
      const told = Object.entries(statusesOf(cases, contract));
      const isSure = ([key, status]: readonly [string, string]): boolean =>
        status !== 'error' || contract.perhaps?.includes(key) !== true;
      expect(Object.fromEntries(told.filter(isSure))).toEqual(allCases(contract));
    });
    cellOf('what is long is cut', contract.rows.long, () => {
      expect(run.junit.length).toBeLessThan(600_000);
    });
    cellOf('what is printed last is in the log', contract.rows.late, () => {
      expect(readFileSync(rig.path('reports/logs/kinds/kinds/1.log'), 'utf8')).toContain('printed after the last test');
    });
  });
}

/** A test, or the reason why it cannot be had. */
function cellOf<T extends object>(title: string, cell: T | string, check: (expected: T) => void): void {
  if (typeof cell === 'string') it.skip(`${title}: ${cell}`, () => undefined);
  else it(title, () => check(cell));
}

function entriesOf<K extends string, V>(column: Readonly<Record<K, V>>): readonly [K, V][] {
  return Object.entries(column) as [K, V][];
}

function lackOf({ tools }: Contract): string | null {
  if (tools === undefined) return null;
  const lack = 'kind' in tools ? (tools.kind === 'missing' ? tools.reason : null) : problemWith(tools);
  if (lack !== null) missing(lack);
  return lack;
}

async function workspaceOf(contract: Contract): Promise<Rig> {
  const rig = await createRig({ 'runner.config.yaml': configOf(contract) });
  cpSync(join(repository, 'test/fixtures/frameworks', contract.framework), rig.root, { recursive: true });
  await rig.write(contract.files ?? {});
  if (contract.tools !== undefined && 'modules' in contract.tools) {
    rmSync(rig.path('node_modules'));
    symlinkSync(contract.tools.modules, rig.path('node_modules'));
  }
  return rig;
}

/** By key; a test that is there twice has both statuses. */
function statusesOf(cases: readonly JunitCase[], contract: Contract): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const test of cases) {
    const key = keyOf(test, contract);
    found[key] = found[key] === undefined ? test.status : `${found[key]}+${test.status}`;
  }
  return found;
}

function keyOf({ file, className, name }: JunitCase, { groupOf }: Contract): string {
  return `${file}::${groupOf?.(className) ?? ''}${name}`;
}

/** The outcomes of the attempts at a category's one task. */
function outcomesOf(run: CliRun, category: string): readonly string[] {
  return run.events.flatMap((event) =>
    event.type === 'attempt-finished' && event.task.startsWith(`${category}/`) ? [event.outcome.kind] : [],
  );
}
