import type { PageStatus } from '../../page-data.ts';
import type { Row } from '../rows.ts';
import { statuses } from '../status.ts';
import { haystackOf, matchesTerms, parseQuery } from './query.ts';

/** Which tests are listed, and in which order. Empty lists mean "no restriction". */
export interface Filter {
  readonly query: string;
  readonly statuses: readonly PageStatus[];
  readonly categories: readonly string[];
  readonly suites: readonly string[];
  /** Only the tests of the task with this id. */
  readonly task: string | null;
  readonly sort: Sort;
}

export type Sort = (typeof sorts)[number];

/** The orders that tests can be listed in. */
export const sorts = ['run', 'attention', 'slowest', 'name', 'file'] as const;

/** All tests, in the order of the run. */
export const everything: Filter = { query: '', statuses: [], categories: [], suites: [], task: null, sort: 'run' };

/** The tests that a filter lets through, and how many there would be for each choice that it does not make. */
export interface Filtered {
  readonly rows: readonly Row[];
  readonly byStatus: ReadonlyMap<string, number>;
  readonly byCategory: ReadonlyMap<string, number>;
  readonly bySuite: ReadonlyMap<string, number>;
}

/** Filters tests again and again, and puts what it searches into lower case only once. */
export function createFilter(all: readonly Row[]): (filter: Filter) => Filtered {
  const haystacks: string[] = [];
  return (filter) => {
    const terms = parseQuery(filter.query);
    const rows: Row[] = [];
    const [byStatus, byCategory, bySuite] = [newCounts(), newCounts(), newCounts()];
    const chosen = {
      status: new Set<string>(filter.statuses),
      category: new Set(filter.categories),
      suite: new Set(filter.suites),
    };
    for (const row of all) {
      if (filter.task !== null && row.task.id !== filter.task) continue;
      if (terms.length > 0 && !matchesTerms(terms, row, (haystacks[row.at] ??= haystackOf(row)))) continue;
      const status = chosen.status.size === 0 || chosen.status.has(row.status);
      const category = chosen.category.size === 0 || chosen.category.has(row.task.category);
      const suite = chosen.suite.size === 0 || chosen.suite.has(row.task.suite);
      if (category && suite) byStatus.add(row.status);
      if (status && suite) byCategory.add(row.task.category);
      if (status && category) bySuite.add(row.task.suite);
      if (status && category && suite) rows.push(row);
    }
    return {
      rows: sorted(rows, filter.sort),
      byStatus: byStatus.map,
      byCategory: byCategory.map,
      bySuite: bySuite.map,
    };
  };
}

function newCounts(): { readonly map: ReadonlyMap<string, number>; add(name: string): void } {
  const map = new Map<string, number>();
  return { map, add: (name) => void map.set(name, (map.get(name) ?? 0) + 1) };
}

const attention = new Map(statuses.map((status, at) => [status, at]));

function sorted(rows: Row[], sort: Sort): readonly Row[] {
  switch (sort) {
    case 'run':
      return rows;
    case 'attention':
      return rows.sort((a, b) => (attention.get(a.status) ?? 0) - (attention.get(b.status) ?? 0) || a.at - b.at);
    case 'slowest':
      return rows.sort((a, b) => b.durationMs - a.durationMs || a.at - b.at);
    case 'name':
      return rows.sort((a, b) => order(a.name, b.name) || a.at - b.at);
    case 'file':
      return rows.sort((a, b) => order(a.file ?? '', b.file ?? '') || (a.line ?? 0) - (b.line ?? 0) || a.at - b.at);
  }
}

/** By code units: a locale's order takes seconds for 100,000 names. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
