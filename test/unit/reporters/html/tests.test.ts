import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../../../src/base/duration.ts';
import { counted, daysUntil, duration } from '../../../../src/reporters/html/client/format.ts';
import { relativeHref } from '../../../../src/reporters/html/client/parts/href.ts';
import { rowsOf, slowestFiles, slowestTests } from '../../../../src/reporters/html/client/rows.ts';
import { outcomeTone, verdictWords } from '../../../../src/reporters/html/client/status.ts';
import { createFilter, everything } from '../../../../src/reporters/html/client/tests/filter.ts';
import { scrollToRow, visibleWindow } from '../../../../src/reporters/html/client/tests/window.ts';
import { failingPage, largePage } from '../../../support/page-fixture.ts';

const rows = rowsOf(failingPage());
const filter = createFilter(rows);
const found = (query: string): readonly string[] => filter({ ...everything, query }).rows.map((row) => row.name);

describe('a search', () => {
  it.each([
    ['expired token', ['test_rejects_expired_token']],
    ['EXPIRED', ['test_rejects_expired_token']],
    ['"large frame"', []],
    ['sigsegv', ['test_large_frame']],
    ['task:websocket -ping -handshake', ['test_large_frame', 'test_close_code', 'test_backpressure']],
    ['name:export', ['export keeps column order']],
    ['file:e2e >8s', ['search finds what was just written']],
    ['class:tests.websocket.test_feature_0', ['test_handshake', 'test_ping']],
    ['"test_ping', ['test_ping']],
    ['task:websocket <100ms name:ping', ['test_ping']],
  ])('for %s finds what it says', (query, expected) => {
    expect(found(query)).toEqual(expected);
  });

  it.each(['', ' ', '-', 'file:', '""'])('that is only begun (%j) hides nothing', (query) => {
    expect(found(query)).toHaveLength(rows.length);
  });

  it('never fails, whatever is typed', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (query) => found(query).length <= rows.length));
  });
});

describe('a filter', () => {
  it('counts for each choice what it would show', () => {
    const shown = filter({ ...everything, statuses: ['f'], categories: ['api'] });
    expect(shown.rows.map((row) => row.name)).toEqual(['test_rejects_expired_token']);
    expect(Object.fromEntries(shown.byCategory)).toEqual({ unit: 1, api: 1 });
    expect(shown.byStatus.get('e')).toBe(1);
    for (const [status, number] of shown.byStatus) {
      const chosen = rows.filter((row) => row.status === status && row.task.category === 'api');
      expect(number).toBe(chosen.length);
    }
  });

  it('puts what wants attention first', () => {
    const letters = filter({ ...everything, sort: 'attention' }).rows.map((row) => row.status);
    expect(letters.join('')).toMatch(/^f+e+F+q+n+s+p+$/);
  });

  it.each(['run', 'attention', 'slowest', 'name', 'file'] as const)('in the order %s holds every test once', (sort) => {
    const shown = filter({ ...everything, sort }).rows;
    expect(new Set(shown).size).toBe(rows.length);
  });
});

describe('the slowest', () => {
  it('are those that sorting all of them would find', () => {
    const all = rowsOf(largePage(3_000));
    const sorted = [...all].sort((a, b) => b.durationMs - a.durationMs).slice(0, 10);
    expect(slowestTests(all, 10).map((row) => row.durationMs)).toEqual(sorted.map((row) => row.durationMs));
    const [first] = slowestFiles(all, 10);
    expect(first?.durationMs).toBe(sumOf(all.filter((row) => row.file === first?.file).map((row) => row.durationMs)));
  });
});

describe('the part of a list that is made', () => {
  const shapes = fc.record({
    count: fc.nat(3_000_000),
    rowHeight: fc.integer({ min: 20, max: 60 }),
    viewHeight: fc.integer({ min: 60, max: 2_000 }),
  });

  it('fills the view at any scroll position, and is short', () => {
    fc.assert(
      fc.property(shapes, fc.double({ min: 0, max: 1, noNaN: true }), (shape, share) => {
        const height = visibleWindow(shape, 0).height;
        const scrollTop = share * Math.max(0, height - shape.viewHeight);
        const { first, end, top } = visibleWindow(shape, scrollTop);
        expect(end - first).toBeLessThan(shape.viewHeight / shape.rowHeight + 20);
        expect(top).toBeLessThanOrEqual(scrollTop + 0.01);
        const bottom = top + (end - first) * shape.rowHeight;
        expect(bottom).toBeGreaterThanOrEqual(Math.min(scrollTop + shape.viewHeight, height) - 0.01);
      }),
    );
  });

  it('holds any row that it is scrolled to', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), fc.nat(), (shape, from, to) => {
        if (shape.count === 0) return;
        const row = to % shape.count;
        const scrolled = scrollToRow(shape, from % (shape.count * shape.rowHeight), row);
        const { first, end } = visibleWindow(shape, scrolled);
        expect(first).toBeLessThanOrEqual(row);
        expect(end).toBeGreaterThan(row);
      }),
    );
  });
});

describe('words and numbers', () => {
  it('tell durations as the terminal does', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (ms) => duration(ms) === formatDuration(ms)));
  });

  it('count', () => {
    expect([counted(1, 'test'), counted(1_200, 'test'), counted(0, 'process', 'processes')]).toEqual([
      '1 test',
      '1,200 tests',
      '0 processes',
    ]);
  });

  it('count the days of a quarantine from the run', () => {
    const run = Date.UTC(2026, 10, 20, 9);
    expect([daysUntil('2026-11-24', run), daysUntil('2026-11-19', run), daysUntil('soon', run)]).toEqual([4, -1, null]);
  });

  it('never tell an outcome or a verdict that is not known as a pass', () => {
    expect([outcomeTone('new'), verdictWords('new').tone]).toEqual(['error', 'error']);
  });
});

describe('a link to a file', () => {
  it.each([
    ['logs/a b.log', './logs/a%20b.log'],
    ['../junit.xml', './../junit.xml'],
    ['javascript:alert(1)', './javascript%3Aalert(1)'],
    ['//host/x', './/' + '/host/x'],
    ['a#b?c', './a%23b%3Fc'],
    ['\ud800', './%EF%BF%BD'],
  ])('to %j is %s', (path, href) => {
    expect(relativeHref(path)).toBe(href);
    expect(new URL(href, 'file:///reports/report.html').protocol).toBe('file:');
  });
});

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
