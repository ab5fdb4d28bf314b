import { render } from 'preact';
import { Page } from './page.tsx';
import { readData } from './read-data.ts';
import { Unreadable } from './unreadable.tsx';

void start();

async function start(): Promise<void> {
  // The page makes its own landmarks.
  const root = document.createElement('div');
  const place = document.getElementById('page');
  try {
    const data = await readData(document);
    render(<Page data={data} />, root);
  } catch (error) {
    render(<Unreadable error={error} />, root);
  }
  if (place === null) document.body.append(root);
  else place.replaceWith(root);
}
