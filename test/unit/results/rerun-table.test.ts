import { describe, expect, test } from 'vitest';
import { standingAfter } from '../../../src/results/rerun-table.ts';
import type { Sighting, Standing } from '../../../src/results/rerun-table.ts';

const all: readonly Standing[] = ['passing', 'outstanding', 'untracked'];

describe('what a run makes of a test', () => {
  const table: readonly (readonly [rows: string, Sighting, readonly Standing[]])[] = [
    ['1-3: its file is not there: as before', 'absent', ['passing', 'outstanding', 'untracked']],
    ['4-6: its suite was skipped: as before', 'unlisted', ['passing', 'outstanding', 'untracked']],
    ['7-9: it is gone: a pass is forgotten, a debt is not', 'gone', ['untracked', 'outstanding', 'untracked']],
    ['10: it passed', 'passed', ['passing', 'passing', 'passing']],
    ['11: it failed', 'failed', ['outstanding', 'outstanding', 'outstanding']],
    ['12: it was to run and was not seen', 'not-seen', ['outstanding', 'outstanding', 'outstanding']],
    ['14-16: it skipped itself: as before', 'skipped', ['passing', 'outstanding', 'untracked']],
    ['beside these, it failed in quarantine: nothing is owed', 'quarantined', ['untracked', 'untracked', 'untracked']],
    ['beside these, a guard that was told of finds it no more', 'mended', ['untracked', 'untracked', 'untracked']],
    ['18-20: the user left it out: as before', 'filtered', ['passing', 'outstanding', 'untracked']],
  ];
  test.each(table)('%s', (_rows, sighting, after) => {
    expect(all.map((before) => standingAfter(sighting, before))).toEqual(after);
  });

  test('13, 17: left out because it passed, it is passing', () => {
    expect(standingAfter('kept', 'passing')).toBe('passing');
  });
});
