import type { Totals } from '../model/test.ts';
import type { Attributes } from './junit-dialects.ts';
import type { SuiteCounts } from './suite-counts.ts';
import { addTest, emptyTotals, sumTotals } from './totals.ts';

/** A suite that is being written. */
export interface OpenSuite {
  readonly attributes: Attributes;
  /** Where in the file its totals belong. */
  readonly position: number;
  totals: Totals;
  /** Problem elements, which a suite's own totals count, where ours count cases. */
  failed: number;
  errors: number;
}

/** The open suites of a file with what they hold so far; every test counts in all of them. */
export class SuiteStack {
  readonly #open: OpenSuite[] = [];
  /** Of the whole file. */
  total: Totals = emptyTotals;
  /** Problem elements of the whole file. */
  readonly rootCounts = { failed: 0, errors: 0 };

  get top(): OpenSuite | null {
    return this.#open.at(-1) ?? null;
  }

  push(attributes: Attributes, position: number): void {
    this.#open.push({ attributes, position, totals: emptyTotals, failed: 0, errors: 0 });
  }

  pop(): void {
    this.#open.pop();
  }

  count(test: Parameters<typeof addTest>[1], elements: SuiteCounts): void {
    this.total = addTest(this.total, test);
    for (const suite of this.#open) suite.totals = addTest(suite.totals, test);
    this.raise(elements);
  }

  /** A suite beside the open ones. */
  add(totals: Totals): void {
    this.total = sumTotals([this.total, totals]);
  }

  raise(elements: SuiteCounts): void {
    if (elements.failed === 0 && elements.errors === 0) return;
    for (const counts of [...this.#open, this.rootCounts]) {
      counts.failed += elements.failed;
      counts.errors += elements.errors;
    }
  }
}
