import { render } from 'preact';
import type { VNode } from 'preact';
import { readData } from './read-data.ts';
import { Unreadable } from './unreadable.tsx';

interface Mounted<T> {
  readonly isOurs: (read: unknown) => read is T;
  readonly show: (data: T) => VNode;
  /** What to do where it cannot be shown. */
  readonly instead: string;
}

/** Shows the data of the page, or why that is impossible. */
export async function mount<T>({ isOurs, show, instead }: Mounted<T>): Promise<void> {
  // The page makes its own landmarks.
  const root = document.createElement('div');
  const place = document.getElementById('page');
  try {
    const data = await readData(document, isOurs);
    render(show(data), root);
  } catch (error) {
    render(<Unreadable error={error} instead={instead} />, root);
  }
  if (place === null) document.body.append(root);
  else place.replaceWith(root);
}
