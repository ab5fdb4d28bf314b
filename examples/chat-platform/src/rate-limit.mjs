/** A token bucket per key: `burst` at once, then `perSecond`; `now` gives milliseconds. */
export function createRateLimit({ burst, perSecond, now }) {
  const buckets = new Map();
  return {
    /** Whether one more is allowed for this key; counts it if so. */
    allow(key) {
      const at = now();
      const bucket = buckets.get(key) ?? { tokens: burst, at };
      const tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
      const allowed = tokens >= 1;
      buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at });
      return allowed;
    },
    /** Forgets keys whose bucket is full again, so that memory follows the users who are here. */
    prune() {
      const at = now();
      for (const [key, bucket] of buckets) {
        if (bucket.tokens + ((at - bucket.at) / 1000) * perSecond >= burst) buckets.delete(key);
      }
      return buckets.size;
    },
  };
}
