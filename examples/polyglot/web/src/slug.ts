const fallback = 'item';

/** Lower-case ASCII words of a title, joined by single dashes; never empty. The Python shop has the same function. */
export function slugify(title: string): string {
  const plain = title.replaceAll('ß', 'ss').normalize('NFKD').replace(/\p{M}/gu, '');
  return (
    plain
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join('-') ?? fallback
  );
}
