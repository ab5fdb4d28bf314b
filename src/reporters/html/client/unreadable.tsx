import type { VNode } from 'preact';

/** What to do where the page of a run cannot be shown. */
export const otherReports =
  'The other reports beside this file hold the same results: junit.xml, summary.json, events.jsonl.';

/** Stands for a page that cannot be shown, and says so: an empty page would look like a run without failures. */
export function Unreadable({ error, instead }: { readonly error: unknown; readonly instead: string }): VNode {
  const text = error instanceof Error ? error.message : String(error);
  return (
    <main class="unreadable">
      <h1>This report cannot be shown</h1>
      <p>{text}</p>
      <p>{instead}</p>
    </main>
  );
}
