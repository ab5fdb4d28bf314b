import type { VNode } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { Safe } from '../parts/text.tsx';
import { counted } from '../format.ts';
import type { Row } from '../rows.ts';
import { usePage } from '../state.ts';
import { TaskBlock } from '../test/task-block.tsx';
import { DetailPanel } from './detail-panel.tsx';
import { Filters } from './filters.tsx';
import { TestList } from './test-list.tsx';

/** All tests, searched and filtered, and the one that is open. */
export function TestsView(): VNode {
  const { rows: all, filter, view, say, data, go } = usePage();
  const shown = useMemo(() => filter(view.filter), [filter, JSON.stringify(view.filter)]);
  const open = useMemo(() => findRow(all, view.test), [all, view.test]);
  useEffect(() => {
    const later = setTimeout(() => say(`${counted(shown.rows.length, 'test')} of ${all.length} shown`), 400);
    return () => clearTimeout(later);
  }, [shown]);
  const close = (): void => {
    go({ test: null });
    document.getElementById('list')?.focus();
  };
  const task = view.filter.task === null ? undefined : data.tasks.find(({ id }) => id === view.filter.task);
  return (
    <div class={open === null ? 'tests' : 'tests with-test'}>
      <h1 class="unseen">Tests</h1>
      <Filters shown={shown} />
      {task !== undefined && <TaskBlock task={task} open={task.outcome !== 'passed'} />}
      <Omitted />
      <div class="tests-body">
        <TestList rows={shown.rows} open={open} />
        {open !== null && <DetailPanel row={open} onClose={close} />}
      </div>
    </div>
  );
}

function findRow(rows: readonly Row[], key: string | null): Row | null {
  return key === null ? null : (rows.find((row) => row.key === key) ?? null);
}

/** A list that is not whole says so. */
function Omitted(): VNode | null {
  const { data, rows } = usePage();
  const missing = data.run.totals.tests - rows.length;
  if (missing <= 0) return null;
  return (
    <p class="hint">
      <Safe text={`${counted(missing, 'more test')} passed or were skipped: counted, but not listed here.`} /> See
      junit.xml for all of them.
    </p>
  );
}
