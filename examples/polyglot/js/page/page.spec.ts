import { expect, test } from '@playwright/test';
import { renderPage } from '../../web/src/page.ts';

const tea = { title: 'Green tea', cents: 999, vatPercent: 7 };

test('a browser shows each product with its price', { tag: '@smoke' }, async ({ page }) => {
  await page.setContent(renderPage([tea, { title: 'Blue Shirt', cents: 100, vatPercent: 19 }]));
  await expect(page.getByRole('listitem')).toHaveText(['Green tea 10.69 EUR', 'Blue Shirt 1.19 EUR']);
  await expect(page.getByRole('link', { name: 'Green tea' })).toHaveAttribute('href', '/p/green-tea');
});

test('a browser runs nothing that stands in a title', async ({ page }) => {
  const title = '<img src=x onerror="document.title = 1"> & "more"';
  await page.setContent(renderPage([{ ...tea, title }]));
  await expect(page.getByRole('link')).toHaveText(title);
  await expect(page.locator('img')).toHaveCount(0);
  expect(await page.title()).toBe('');
});
