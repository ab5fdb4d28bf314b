import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { usePrinting } from './printing.ts';

interface DisclosureProps {
  readonly summary: ComponentChildren;
  readonly children: () => ComponentChildren;
  readonly open?: boolean;
  readonly class?: string;
  /** One of those that j and k go through. */
  readonly stop?: boolean;
}

/** Something that opens; what is in it is made only then, and all of it for paper. */
export function Disclosure({ summary, children, open = false, class: name, stop = false }: DisclosureProps): VNode {
  const [shown, setShown] = useState(open);
  useEffect(() => setShown(open), [open]);
  const printing = usePrinting();
  return (
    <details
      class={name}
      open={shown || printing}
      onToggle={(event) => {
        if (!printing) setShown(event.currentTarget.open);
      }}
    >
      <summary data-stop={stop ? '' : undefined}>{summary}</summary>
      {(shown || printing) && children()}
    </details>
  );
}
