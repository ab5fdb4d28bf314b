import type { VNode } from 'preact';
import { useErrorBoundary, useMemo, useRef, useState } from 'preact/hooks';
import type { PageData } from '../page-data.ts';
import { Header } from './header.tsx';
import { Help } from './help.tsx';
import { useKeys } from './keys.ts';
import { Overview } from './overview/overview.tsx';
import { rowsOf } from './rows.ts';
import { SkipLink } from './parts/skip-link.tsx';
import { useTheme } from './parts/theme.tsx';
import { StateProvider, useView } from './state.ts';
import { createFilter } from './tests/filter.ts';
import { TestsView } from './tests/tests-view.tsx';
import { otherReports, Unreadable } from './unreadable.tsx';

/** The whole page. */
export function Page({ data }: { readonly data: PageData }): VNode {
  const boundary: readonly unknown[] = useErrorBoundary();
  const problem = boundary[0];
  return problem === undefined ? <Shown data={data} /> : <Unreadable error={problem} instead={otherReports} />;
}

function Shown({ data }: { readonly data: PageData }): VNode {
  const [view, go] = useView();
  const rows = useMemo(() => rowsOf(data), [data]);
  const filter = useMemo(() => createFilter(rows), [rows]);
  const [said, say] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  const help = useMemo(() => () => dialog.current?.showModal(), []);
  useTheme(view.theme);
  useKeys({ view, go, help });
  const state = useMemo(() => ({ data, rows, filter, view, go, say }), [data, rows, filter, view, go]);
  return (
    <StateProvider value={state}>
      <SkipLink />
      <Header help={help} />
      <main id="content" tabIndex={-1}>
        {view.page === 'overview' ? <Overview /> : <TestsView />}
      </main>
      <div class="unseen" role="status" aria-live="polite">
        {said}
      </div>
      <Help dialog={dialog} />
    </StateProvider>
  );
}
