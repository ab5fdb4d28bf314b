import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ToneIcon } from '../parts/icon.tsx';
import { Safe } from '../parts/text.tsx';
import { count } from '../format.ts';
import { usePage } from '../state.ts';
import { statuses, statusWords } from '../status.ts';
import { visibleText } from '../text/pieces.ts';
import { everything, sorts } from './filter.ts';
import type { Filter, Filtered, Sort } from './filter.ts';

/** Search, filters and order; all of it stands in the address. */
export function Filters({ shown }: { readonly shown: Filtered }): VNode {
  const { view, go, rows } = usePage();
  const { filter } = view;
  const set = (change: Partial<Filter>): void => {
    go((now) => ({ filter: { ...now.filter, ...change }, test: null }));
  };
  const narrowed = JSON.stringify({ ...filter, sort: everything.sort }) !== JSON.stringify(everything);
  return (
    <search class="filters">
      <div class="filter-row">
        <Search />
        <Choice
          label="Category"
          none="All categories"
          counts={shown.byCategory}
          chosen={filter.categories}
          set={(categories) => set({ categories })}
        />
        <Choice
          label="Suite"
          none="All suites"
          counts={shown.bySuite}
          chosen={filter.suites}
          set={(suites) => set({ suites })}
        />
        <Order sort={filter.sort} set={(sort) => set({ sort })} />
      </div>
      <div class="filter-row">
        <StatusChips shown={shown} set={set} />
        {filter.task !== null && (
          <button type="button" class="chip pressed" onClick={() => set({ task: null })}>
            Task <Safe text={filter.task} class="mono" /> <span aria-hidden="true">×</span>
            <span class="unseen">: remove</span>
          </button>
        )}
        {narrowed && (
          <button type="button" class="plain" onClick={() => set({ ...everything, sort: filter.sort })}>
            Clear
          </button>
        )}
        <span class="result">
          {count(shown.rows.length)} of {count(rows.length)}
        </span>
      </div>
    </search>
  );
}

const typingPauseMs = 120;

function Search(): VNode {
  const { view, go } = usePage();
  const { query } = view.filter;
  const [typed, setTyped] = useState(query);
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setTyped(query), [query]);
  const apply = (text: string): void => {
    clearTimeout(pause.current);
    // "Back" leads to the list before the search, not through its letters.
    const how = query === '' ? 'push' : 'replace';
    // What was chosen while it was typed stays chosen.
    go((now) => ({ filter: { ...now.filter, query: text }, test: null }), how);
  };
  return (
    <label class="search">
      <span class="unseen">Search tests</span>
      <input
        id="search"
        type="search"
        placeholder="Search tests"
        aria-describedby="search-hint"
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => {
          const text = event.currentTarget.value;
          setTyped(text);
          clearTimeout(pause.current);
          pause.current = setTimeout(() => apply(text), typingPauseMs);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            apply(typed);
            document.getElementById('list')?.focus();
          }
        }}
      />
      <span id="search-hint" class="unseen">
        Words, "a phrase", -without, file:name, task:name, &gt;2s
      </span>
    </label>
  );
}

function StatusChips(props: { readonly shown: Filtered; readonly set: (change: Partial<Filter>) => void }): VNode {
  const chosen = usePage().view.filter.statuses;
  return (
    <div class="chips" role="group" aria-label="Status">
      {statuses.map((status) => {
        const { word, tone } = statusWords(status);
        const number = props.shown.byStatus.get(status) ?? 0;
        const pressed = chosen.includes(status);
        if (number === 0 && !pressed) return null;
        const next = pressed ? chosen.filter((one) => one !== status) : [...chosen, status];
        return (
          <button
            key={status}
            type="button"
            class={pressed ? 'chip pressed' : 'chip'}
            aria-pressed={pressed}
            onClick={() => props.set({ statuses: next })}
          >
            <ToneIcon tone={tone} />
            {word} <span class="tally">{count(number)}</span>
          </button>
        );
      })}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly none: string;
  readonly counts: ReadonlyMap<string, number>;
  readonly chosen: readonly string[];
  readonly set: (names: readonly string[]) => void;
}

/** One of many; an address can ask for several of them. */
function Choice({ label, none, counts, chosen, set }: ChoiceProps): VNode | null {
  const names = [...new Set([...counts.keys(), ...chosen])].sort();
  if (names.length < 2 && chosen.length === 0) return null;
  return (
    <label class="choice">
      <span class="unseen">{label}</span>
      <select
        value={chosen.length > 1 ? '\u0000several' : (chosen[0] ?? '')}
        onChange={(event) => set(event.currentTarget.value === '' ? [] : [event.currentTarget.value])}
      >
        <option value="">{none}</option>
        {chosen.length > 1 && (
          <option value={'\u0000several'} disabled>
            {chosen.map(visibleText).join(', ')}
          </option>
        )}
        {names.map((name) => (
          <option key={name} value={name}>
            {visibleText(name).slice(0, 80)} ({count(counts.get(name) ?? 0)})
          </option>
        ))}
      </select>
    </label>
  );
}

const orders: Readonly<Record<Sort, string>> = {
  run: 'As run',
  attention: 'Worst first',
  slowest: 'Slowest first',
  name: 'By name',
  file: 'By file',
};

function Order({ sort, set }: { readonly sort: Sort; readonly set: (sort: Sort) => void }): VNode {
  return (
    <label class="choice">
      <span class="unseen">Order</span>
      <select value={sort} onChange={(event) => set(sorts.find((one) => one === event.currentTarget.value) ?? 'run')}>
        {sorts.map((one) => (
          <option key={one} value={one}>
            {orders[one]}
          </option>
        ))}
      </select>
    </label>
  );
}
