import { expect, test } from 'vitest';
import { isPlayed, playPage } from '../support/pages/play-page.ts';
import { userPages } from '../support/pages/pages.ts';

// Two at a time are enough: each of their commands is a run of its own.
test.for(userPages().filter(isPlayed))(
  'what $path shows is what its commands print',
  { timeout: 180_000 },
  async (page) => {
    expect(await playPage(page), `if the page is to change: npm run build && npm run docs ${page.path}`).toBe(
      page.text,
    );
  },
);
