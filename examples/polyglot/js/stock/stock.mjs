/** What is on the shelves. Things are reserved before they are sold, so that nothing is sold twice. */
export function createStock(counts) {
  const free = new Map(Object.entries(counts));
  let reservations = 0;
  return {
    free: (title) => free.get(title) ?? 0,
    reserve(title, count) {
      const left = free.get(title) ?? 0;
      if (left < count) throw new Error(`${left} of ${title} are left, and ${count} are wanted`);
      free.set(title, left - count);
      reservations += 1;
      let open = true;
      return {
        number: reservations,
        cancel() {
          if (open) free.set(title, (free.get(title) ?? 0) + count);
          open = false;
        },
      };
    },
  };
}
