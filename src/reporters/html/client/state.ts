import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { PageData } from '../page-data.ts';
import type { Row } from './rows.ts';
import type { Filtered, Filter } from './tests/filter.ts';
import { everything } from './tests/filter.ts';
import { readView, start, writeView } from './view.ts';
import type { View } from './view.ts';

/** What all parts of the page know. */
export interface PageState {
  readonly data: PageData;
  readonly rows: readonly Row[];
  readonly filter: (filter: Filter) => Filtered;
  readonly view: View;
  readonly go: Go;
  /** Says something to those who cannot see it. */
  readonly say: (text: string) => void;
}

/** Changes what is shown, where that depends on what is shown with a function of it; `replace` leaves "back" as it was. */
export type Go = (change: Change, how?: 'push' | 'replace') => void;

type Change = Partial<View> | ((view: View) => Partial<View>);

const Context = createContext<PageState | null>(null);

/** Hands the state to all parts below. */
export const StateProvider = Context.Provider;

/** The state of the page. @throws Error outside of it */
export function usePage(): PageState {
  const state = useContext(Context);
  if (state === null) throw new Error('used outside of the page');
  return state;
}

/** What the address asks for. The address alone holds it, so that links, "back" and reloading cannot differ from it. */
export function useView(): readonly [View, Go] {
  const [view, setView] = useState(() => readView(location.hash));
  useEffect(() => {
    const changed = (): void => setView(readView(location.hash));
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return [view, go];
}

function go(change: Change, how: 'push' | 'replace' = 'push'): void {
  const view = readView(location.hash);
  const hash = writeView({ ...view, ...(typeof change === 'function' ? change(view) : change) });
  if (hash === location.hash) return;
  if (how === 'replace') location.replace(hash);
  else location.hash = hash;
}

/** The address of the list of tests with a filter. */
export function testsHref(view: View, filter: Partial<Filter>, test: string | null = null): string {
  return writeView({ ...view, page: 'tests', section: null, filter: { ...everything, ...filter }, test });
}

/** The address of a part of the overview. */
export function sectionHref(view: View, section: string | null): string {
  return writeView({ ...start, theme: view.theme, keys: view.keys, section });
}
