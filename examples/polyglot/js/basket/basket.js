/** What lies in a basket: counts by product, and the sum in cents with tax. */
class Basket {
  #lines = new Map();

  add(product, count = 1) {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`a count is 1 or more: ${count}`);
    const line = this.#lines.get(product.title) ?? { product, count: 0 };
    this.#lines.set(product.title, { ...line, count: line.count + count });
  }

  get count() {
    return [...this.#lines.values()].reduce((sum, line) => sum + line.count, 0);
  }

  /** Tax is rounded for each product and not for the sum, as the receipt shows it. */
  get gross() {
    return [...this.#lines.values()].reduce((sum, { product, count }) => sum + count * gross(product), 0);
  }
}

function gross({ cents, vatPercent }) {
  return Math.floor((cents * (100 + vatPercent) + 50) / 100);
}

module.exports = { Basket };
