import type { ComponentChildren, VNode } from 'preact';

interface SectionProps {
  /** Names it in the address of the page. */
  readonly id: string;
  readonly title: ComponentChildren;
  /** Beside the title. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of a page with its heading, which one can go to. */
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
