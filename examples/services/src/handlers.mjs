/** What the workers can do, by kind of job; a handler that throws fails its job. */
export const handlers = {
  'count-words': ({ text }) => {
    if (typeof text !== 'string') throw new Error('count-words needs a text');
    const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    return { total: words.length, distinct: new Set(words).size };
  },
  'sum-up': ({ amounts }) => {
    if (!Array.isArray(amounts) || !amounts.every(Number.isSafeInteger)) throw new Error('sum-up needs whole amounts');
    return { cents: amounts.reduce((sum, amount) => sum + amount, 0) };
  },
};
