import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statuses } from '../../../../src/reporters/html/client/status.ts';
import { sorts } from '../../../../src/reporters/html/client/tests/filter.ts';
import { readView, start, writeView } from '../../../../src/reporters/html/client/view.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const optional = fc.option(text);
const views = fc.record({
  page: fc.constantFrom('overview' as const, 'tests' as const),
  section: optional,
  filter: fc.record({
    query: text,
    statuses: fc.subarray([...statuses]),
    categories: fc.array(text, { maxLength: 3 }),
    suites: fc.array(text, { maxLength: 3 }),
    task: optional,
    sort: fc.constantFrom(...sorts),
  }),
  test: fc.option(fc.tuple(fc.nat(), fc.nat()).map(([task, at]) => `${task}.${at}`)),
  theme: fc.constantFrom(null, 'light' as const, 'dark' as const),
  keys: fc.boolean(),
});

describe('the address of a view', () => {
  it('leads back to it', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(readView(writeView(view))).toEqual(view);
      }),
    );
  });

  it('reads well', () => {
    const filter = { ...start.filter, query: 'login', statuses: ['f', 'e', 'n'] } as const;
    expect(writeView({ ...start, page: 'tests', filter })).toBe(
      '#view=tests&q=login&status=failed&status=error&status=not-run',
    );
  });

  it.each(['', '#', '#anything', '#view=elsewhere', '#status=broken&sort=colour&theme=pink&test=a.b', '#%E0%A4%A'])(
    'may be %j, which shows what is shown first',
    (hash) => {
      expect(readView(hash)).toEqual(start);
    },
  );
});
