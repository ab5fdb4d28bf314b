/** The price with tax in whole cents, rounded half up. @throws RangeError when the price is negative */
export function grossCents(netCents: number, vatPercent: number): number {
  if (netCents < 0) throw new RangeError(`a price is never negative: ${netCents}`);
  return Math.floor((netCents * (100 + vatPercent) + 50) / 100);
}

export function formatPrice(cents: number): string {
  const whole = Math.floor(cents / 100).toLocaleString('en-US');
  return `${whole}.${String(cents % 100).padStart(2, '0')} EUR`;
}
