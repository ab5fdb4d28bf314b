import { useEffect } from 'preact/hooks';
import type { Go } from './state.ts';
import type { View } from './view.ts';

interface KeyActions {
  readonly view: View;
  readonly go: Go;
  readonly help: () => void;
}

/** The keys that work everywhere: `/` searches, `j` and `k` go through tests or failures, `Esc` goes back, `?` helps. */
export function useKeys({ view, go, help }: KeyActions): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.key === 'Escape') escape(view, go);
      if (!view.keys || isTyping(event.target)) return;
      if (!act(event.key, { view, go, help })) return;
      event.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [view, go, help]);
}

function act(key: string, { view, go, help }: KeyActions): boolean {
  if (key === '?') help();
  else if (key === '/') search(view, go);
  else if (key === 'j' || key === 'k') return step(view, key === 'j' ? 1 : -1);
  else return false;
  return true;
}

/** First what is open is closed, then what is typed is left. */
function escape(view: View, go: Go): void {
  if (view.test !== null && view.page === 'tests') go({ test: null });
  if (view.page === 'tests') document.getElementById('list')?.focus();
}

function search(view: View, go: Go): void {
  if (view.page !== 'tests') go({ page: 'tests', section: null });
  // The field may only come with the page.
  setTimeout(() => {
    const field = document.getElementById('search');
    if (!(field instanceof HTMLInputElement)) return;
    field.focus();
    field.select();
  }, 50);
}

/** In the list of tests its own keys do this; from elsewhere one comes into it. */
function step(view: View, by: 1 | -1): boolean {
  if (view.page === 'tests') {
    const list = document.getElementById('list');
    list?.focus();
    list?.dispatchEvent(new KeyboardEvent('keydown', { key: by === 1 ? 'ArrowDown' : 'ArrowUp' }));
    return list !== null;
  }
  const stops = [...document.querySelectorAll<HTMLElement>('[data-stop]')];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  const next = stops[at === -1 ? (by === 1 ? 0 : stops.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(input|textarea|select)$/i.test(target.tagName);
}
