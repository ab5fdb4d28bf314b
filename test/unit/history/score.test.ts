import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../../src/history/score.ts';
import type { Observation } from '../../../src/history/score.ts';

const day = 24 * 3_600_000;
const now = 1000 * day;

/** Results on one commit: `pf` = it passed in one run and failed in the next; `(fp)` = both in one run, by a retry. */
function commit(group: string, results: string, daysAgo = 0): readonly Observation[] {
  const runs = results.match(/\([pf]+\)|[pf]/g) ?? [];
  return runs.map((run, index) => ({
    group,
    at: now - daysAgo * day + index,
    attempts: run.replace(/[()]/g, '').length,
    passed: run.includes('p'),
    failed: run.includes('f'),
  }));
}

function commits(count: number, results: string, daysAgo = 0): readonly Observation[] {
  return Array.from({ length: count }, (_, index) => commit(`${results}${index}`, results, daysAgo)).flat();
}

describe('the flaky score', () => {
  it.each([
    { of: 'a test that always passes', given: commits(20, 'pp'), score: 0.5 / 21, flaky: false },
    { of: 'no evidence at all', given: [], score: 0.5, flaky: false },
    {
      of: 'commits tested once, which say nothing',
      given: [...commits(9, 'p'), ...commits(9, 'f')],
      score: 0.5,
      flaky: false,
    },
    {
      of: 'one commit with both outcomes',
      given: [...commits(9, 'pp'), ...commits(1, 'pf')],
      score: 1.5 / 11,
      flaky: false,
    },
    { of: 'two of them', given: [...commits(8, 'pp'), ...commits(2, 'pf')], score: 2.5 / 11, flaky: true },
    {
      of: 'passes on a retry of the same run',
      given: [...commits(8, 'pp'), ...commits(2, '(fp)')],
      score: 2.5 / 11,
      flaky: true,
    },
    { of: 'two among hundreds', given: [...commits(500, 'pp'), ...commits(2, 'pf')], score: 2.5 / 503, flaky: false },
  ])('of $of', ({ given, score, flaky }) => {
    const result = scoreOf(given, now);
    expect(result.score).toBeCloseTo(score, 6);
    expect(result.flaky).toBe(flaky);
  });

  it('halves what is 14 days old', () => {
    const result = scoreOf([...commits(4, 'pp', 14), ...commits(2, 'pf', 14)], now + 1);
    expect(result.score).toBeCloseTo((1 + 0.5) / (3 + 1), 3);
    expect(result.flakyCommits).toBe(2);
  });

  it('does not grow when the same commit is tested more often', () => {
    expect(scoreOf(commits(2, 'pf'), now).score).toBe(scoreOf(commits(2, 'pfpfpf'), now).score);
  });

  it.each([
    ['fff', true],
    ['ff', false],
    ['pfff', false],
    ['pfffff', true],
    ['ffffp', false],
    ['(ff)(ff)(ff)', true],
  ])('of results %s says that it always fails: %s', (results, alwaysFails) => {
    expect(scoreOf(commit('one', results), now).alwaysFails).toBe(alwaysFails);
  });

  it('calls nothing flaky that has come to fail always', () => {
    const broken = [...commits(3, 'pf', 20), ...commits(5, 'f')];
    expect(scoreOf(broken, now)).toMatchObject({ flaky: false, alwaysFails: true });
  });
});
