import { expect, it } from 'vitest';
import { renderPage } from '../../src/page.ts';

it('links every product by its slug and shows its price with tax', () => {
  const page = renderPage([{ title: 'Café', cents: 250, vatPercent: 19 }]);
  expect(page).toBe('<ul><li><a href="/p/cafe">Café</a> 2.98 EUR</li></ul>');
});

it('shows a title that looks like HTML as text', () => {
  expect(renderPage([{ title: '<script>alert(1)</script>', cents: 1, vatPercent: 0 }])).not.toContain('<script>');
});
