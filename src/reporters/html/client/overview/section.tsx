import type { ComponentChildren, VNode } from 'preact';

/** Parts of the overview, in the order they stand in. */
export type SectionId =
  'alerts' | 'failures' | 'flaky' | 'quarantined' | 'not-run' | 'categories' | 'timeline' | 'slowest' | 'more';

interface SectionProps {
  readonly id: SectionId;
  readonly title: ComponentChildren;
  /** Beside the title. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of the overview with its heading, which one can go to. */
export function Section({ id, title, aside, children }: SectionProps): VNode {
  return (
    <section id={`section-${id}`} class={`section section-${id}`} aria-labelledby={`title-${id}`}>
      <div class="section-head">
        <h2 id={`title-${id}`} tabIndex={-1}>
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
