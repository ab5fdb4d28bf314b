import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ToneIcon } from './parts/icon.tsx';
import { Safe } from './parts/text.tsx';
import { count } from './format.ts';
import { sectionHref, testsHref, usePage } from './state.ts';
import { verdictWords } from './status.ts';

/** What stays on top: the run, the two pages, and how the page looks. */
export function Header({ help }: { readonly help: () => void }): VNode {
  const { data, rows, view } = usePage();
  const { tone, word } = verdictWords(data.run.verdict);
  return (
    <header class="header">
      <p class="header-run">
        <ToneIcon tone={tone} />
        <span class="unseen">{word}: </span>
        <Safe text={data.run.project} class="header-project" />
        <span class="dim header-environment">
          <Safe text={data.run.environment} />
          {data.run.shard !== null && (
            <>
              {' '}
              · shard <Safe text={data.run.shard} />
            </>
          )}
        </span>
      </p>
      <nav aria-label="Pages">
        <a href={sectionHref(view, null)} aria-current={view.page === 'overview' ? 'page' : undefined}>
          Overview
        </a>
        <a href={testsHref(view, {})} aria-current={view.page === 'tests' ? 'page' : undefined}>
          Tests <span class="tally">{count(rows.length)}</span>
        </a>
      </nav>
      <div class="header-tools">
        <ThemeButton />
        <button type="button" class="plain" onClick={help} aria-label="Keys and searches">
          ?
        </button>
      </div>
    </header>
  );
}

function ThemeButton(): VNode {
  const { view, go } = usePage();
  const dark = useDarkSystem();
  const shown = view.theme ?? (dark ? 'dark' : 'light');
  const next = shown === 'dark' ? 'light' : 'dark';
  // What the system asks for anyway needs no word in the address.
  const theme = (next === 'dark') === dark ? null : next;
  return (
    <button type="button" class="plain theme" onClick={() => go({ theme }, 'replace')} aria-label={`Show it ${next}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle class="line" cx="8" cy="8" r="6" />
        <path class="solid" d="M8 2a6 6 0 0 1 0 12z" />
      </svg>
    </button>
  );
}

function useDarkSystem(): boolean {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const changed = (): void => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return dark;
}
