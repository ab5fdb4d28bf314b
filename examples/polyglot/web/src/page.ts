import { formatPrice, grossCents } from './price.ts';
import { slugify } from './slug.ts';

export interface Product {
  readonly title: string;
  readonly cents: number;
  readonly vatPercent: number;
}

/** The product list as HTML; titles are text, whatever they hold. */
export function renderPage(products: readonly Product[]): string {
  const items = products.map(({ title, cents, vatPercent }) => {
    const price = formatPrice(grossCents(cents, vatPercent));
    return `<li><a href="/p/${slugify(title)}">${escapeHtml(title)}</a> ${price}</li>`;
  });
  return `<ul>${items.join('')}</ul>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
