import type { VNode } from 'preact';

/** Goes past the header. A plain link to a part of the page would take the place of what the address holds. */
export function SkipLink(): VNode {
  return (
    <a
      class="skip"
      href="#content"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('content')?.focus();
      }}
    >
      Skip to the content
    </a>
  );
}
