/** A small defect, and the tests that must not pass with it. */
export interface MutantRow {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}

type Change = readonly [from: string, to: string];

const inFile = (file: string, tests: readonly string[], changes: readonly Change[]): readonly MutantRow[] =>
  changes.map(([from, to]) => ({ file, from, to, tests }));

const judge = inFile(
  'src/results/judge.ts',
  ['test/unit/results/judge.test.ts'],
  [
    [`if (exit.kind === 'signal') return crashed;`, `if (exit.kind === 'signal') return { kind: 'passed' };`],
    ['framework.failedExitCodes.includes(exit.code)', 'true'],
    ['if (facts.problem !== null) {', 'if (facts.problem !== null && exit.code !== 0) {'],
    ['if (exit.code !== 0 && !saysFailed) return crashed;', 'if (exit.code !== 0) return crashed;'],
    ['facts.errors + facts.skipped === 0', 'facts.errors === 0'],
    ['facts.failed + facts.errors > 0', 'facts.failed > 0'],
    ['const anyFailed = facts.failed + facts.errors > 0', 'const anyFailed = facts.errors > 0'],
    [`return saysFailed ? { kind: 'tests-failed' } : crashed;`, `return { kind: 'tests-failed' };`],
    ['includes(exit.code) && facts.passed === 0;', 'includes(exit.code);'],
    ['if (exit.code !== 0 && !saysNothingRan) return crashed;', ''],
    [`if (anyFailed) return { kind: 'tests-failed' };`, ''],
    [`if (nothingReported) return { kind: 'no-tests' };`, ''],
    ['input.narrowed || !framework.reportsEveryFile', 'true'],
    ['!facts.files.has(file)', 'facts.files.has(file)'],
    ['if (missing.length === 0)', 'if (missing.length <= 1)'],
  ],
);

const verdict = inFile(
  'src/results/verdict.ts',
  ['test/unit/results/verdict.test.ts'],
  [
    [`= ['failed', 'infrastructure', 'incomplete'`, `= ['infrastructure', 'failed', 'incomplete'`],
    ['if (stopped !== null) return stopped;', ''],
    [`=== 'SIGINT' ? 'interrupted' : 'terminated'`, `=== 'SIGINT' ? 'terminated' : 'interrupted'`],
    [`if (record.outcome === null) return 'incomplete';`, `if (record.outcome === null) return 'neutral';`],
    ['record.totals.failed > 0 || (', '('],
    [`mayBeEmpty ? 'neutral' : 'nothing-ran'`, `'neutral'`],
    ['if (state.cancelled !== null) weights.add(weightOfCancel(state.cancelled));', ''],
    [`if (anyRan || state.queue !== null) return 'passed';`, `return 'passed';`],
    ['fromWorst.indexOf(one) <= fromWorst.indexOf(other)', 'fromWorst.indexOf(one) >= fromWorst.indexOf(other)'],
    [`state.shard !== null && tasks.length === 0 ? 'passed' : 'nothing-ran'`, `'passed'`],
  ],
);

const completeness = inFile(
  'src/results/completeness.ts',
  ['test/unit/results/completeness.test.ts'],
  [
    ['if (totals.size > 1)', 'if (totals.size > 2)'],
    ['index <= total; index += 1', 'index < total; index += 1'],
    ['if (own.length > 1) {', 'if (own.length > 2) {'],
    ['work === null || work.length > 0', 'work === null'],
    ['files.length === 0 ? [] : [{ ...work, files }]', '[]'],
    ['if (twice.length === 0) return [];', 'if (twice.length >= 0) return [];'],
    [`?.kind !== 'passed') return [];`, `?.kind === 'passed') return [];`],
    ['told?.has(file) !== true', 'told?.has(file) === true'],
  ],
);

const merging = [
  ...inFile(
    'src/commands/merge-plan.ts',
    ['test/integration/merge'],
    [
      [`is damaged: \${damage}\`, verdict: 'infrastructure'`, `is damaged: \${damage}\`, verdict: 'passed'`],
      [`log.verdict === 'infrastructure' ? ['infrastructure'] : []`, '[]'],
    ],
  ),
  ...inFile(
    'src/commands/merge-logs.ts',
    ['test/integration/merge'],
    [
      ['worseVerdict(said, verdictOf(record.state))', 'said'],
      ['combined.verdicts.reduce(worseVerdict, replayed)', 'replayed'],
    ],
  ),
];

const exitCodes = inFile(
  'src/errors.ts',
  ['test/unit/errors.test.ts'],
  [
    ['failed: 1', 'failed: 0'],
    ['infrastructure: 3', 'infrastructure: 1'],
    [`'nothing-ran': 4`, `'nothing-ran': 0`],
    ['incomplete: 5', 'incomplete: 0'],
    ['interrupted: 130', 'interrupted: 0'],
    ['return exitCodes[verdict];', `return exitCodes[verdict === 'terminated' ? 'passed' : verdict];`],
  ],
);

const exitStatus = inFile(
  'src/io/posix-spawn.ts',
  ['test/integration/io/two-ways.test.ts'],
  [
    [`kind: 'signal', signal: 'SIGKILL' }`, `kind: 'code', code: 0 }`],
    ['(status >> 8) & 0xff', 'status & 0x7f'],
    ['if (signal === 0) return', 'if (signal >= 0) return'],
  ],
);

/** Of what decides whether a run is green: all of them are to be caught. */
export const mutantTable: readonly MutantRow[] = [
  ...[...judge, ...verdict, ...completeness, ...merging, ...exitCodes],
  ...exitStatus,
];
