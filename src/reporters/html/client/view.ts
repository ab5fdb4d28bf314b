import { readStatus, statusWords } from './status.ts';
import { everything, sorts } from './tests/filter.ts';
import type { Filter } from './tests/filter.ts';

/** What the page shows; all of it stands in the part of its address after `#`, so that a link leads there and "back" goes back. */
export interface View {
  readonly page: 'overview' | 'tests';
  /** Part of the overview to go to. */
  readonly section: string | null;
  readonly filter: Filter;
  /** Key of the test that is open. */
  readonly test: string | null;
  readonly theme: 'light' | 'dark' | null;
  /** Keys of one letter do something. */
  readonly keys: boolean;
}

/** What is shown first. */
export const start: View = {
  ...{ page: 'overview', section: null, filter: everything, test: null, theme: null, keys: true },
};

/** The view that the end of an address asks for; what it does not know is as in `start`. */
export function readView(hash: string): View {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const theme = fields.get('theme');
  const test = fields.get('test');
  return {
    page: fields.get('view') === 'tests' ? 'tests' : 'overview',
    section: fields.get('section'),
    filter: {
      query: fields.get('q') ?? '',
      statuses: fields.getAll('status').flatMap((slug) => readStatus(slug) ?? []),
      categories: fields.getAll('category'),
      suites: fields.getAll('suite'),
      task: fields.get('task'),
      sort: sorts.find((sort) => sort === fields.get('sort')) ?? everything.sort,
    },
    test: test !== null && /^\d+\.\d+$/.test(test) ? test : null,
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    keys: fields.get('keys') !== 'off',
  };
}

/** The end of an address for a view, with its `#`; never empty, for which a browser would go to the top. */
export function writeView(view: View): string {
  const { page, section, filter, test, theme, keys } = view;
  const fields = new URLSearchParams({ view: page });
  if (section !== null) fields.set('section', section);
  if (filter.query !== '') fields.set('q', filter.query);
  for (const status of filter.statuses) fields.append('status', statusWords(status).slug);
  for (const category of filter.categories) fields.append('category', category);
  for (const suite of filter.suites) fields.append('suite', suite);
  if (filter.task !== null) fields.set('task', filter.task);
  if (filter.sort !== everything.sort) fields.set('sort', filter.sort);
  if (test !== null) fields.set('test', test);
  if (theme !== null) fields.set('theme', theme);
  if (!keys) fields.set('keys', 'off');
  return `#${fields.toString()}`;
}
