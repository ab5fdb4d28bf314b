import type { VNode } from 'preact';

/** Stands for a page that cannot be shown, and says so: an empty page would look like a run without failures. */
export function Unreadable({ error }: { readonly error: unknown }): VNode {
  const text = error instanceof Error ? error.message : String(error);
  return (
    <main class="unreadable">
      <h1>This report cannot be shown</h1>
      <p>{text}</p>
      <p>The other reports beside this file hold the same results: junit.xml, summary.json, events.jsonl.</p>
    </main>
  );
}
