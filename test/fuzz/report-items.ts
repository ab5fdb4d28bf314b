import assert from 'node:assert/strict';
import type { ReportItem } from '../../src/model/report.ts';

const statuses: readonly unknown[] = ['passed', 'failed', 'error', 'skipped'];
const kinds: readonly unknown[] = ['case', 'collected', 'started', 'ended', 'damage', 'suite-error'];

/** Fails where something that a reader found is not what its type says. */
export function checkItem(item: ReportItem): void {
  assert.ok(kinds.includes(item.kind), `kind ${item.kind}`);
  if (!('case' in item)) {
    assert.equal(typeof item.problem, 'string');
    return;
  }
  const { name, className, file, line, durationMs, status, problems, suites, skipReason, stdout, stderr } = item.case;
  assert.equal(typeof name, 'string', 'name');
  for (const text of [className, file, skipReason, stdout, stderr])
    assert.ok(text === null || typeof text === 'string');
  for (const suite of suites) assert.equal(typeof suite, 'string', 'suite');
  assert.ok(line === null || Number.isSafeInteger(line), `line ${line}`);
  assert.ok(Number.isFinite(durationMs) && durationMs >= 0, `duration ${durationMs}`);
  assert.ok(statuses.includes(status), `status ${status}`);
  for (const problem of problems) {
    for (const text of [problem.kind, problem.type, problem.message, problem.details])
      assert.equal(typeof text, 'string', 'problem');
  }
  assert.ok(item.kind !== 'case' || status !== 'failed' || Array.isArray(problems));
}
