import type { VNode } from 'preact';
import { ToneIcon } from './parts/icon.tsx';
import { Safe } from './parts/text.tsx';
import { ThemeButton } from './parts/theme.tsx';
import { count } from './format.ts';
import { sectionHref, testsHref, usePage } from './state.ts';
import { verdictWords } from './status.ts';

/** What stays on top: the run, the two pages, and how the page looks. */
export function Header({ help }: { readonly help: () => void }): VNode {
  const { data, rows, view, go } = usePage();
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
        <ThemeButton theme={view.theme} choose={(theme) => go({ theme }, 'replace')} />
        <button type="button" class="plain" onClick={help} aria-label="Keys and searches">
          ?
        </button>
      </div>
    </header>
  );
}
