import { test } from 'vitest';
import { isPlayed, playPage } from '../support/pages/play-page.ts';
import { userPages } from '../support/pages/pages.ts';

// Side by side: what a page shows is redacted of all that this may change.
test.concurrent.for(userPages().filter(isPlayed))(
  'what $path shows is what its commands print',
  { timeout: 180_000 },
  async (page, { expect }) => {
    expect(await playPage(page), `if the page is to change: npm run build && npm run docs ${page.path}`).toBe(
      page.text,
    );
  },
);
