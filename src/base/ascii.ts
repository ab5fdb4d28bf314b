const substitutes: Readonly<Record<string, string>> = {
  ...{ '…': '...', '·': '-', '→': '->', '│': '|', '␛': '^[' },
  ...{ '❯': '>', '✔': '+', '✖': 'x', '↓': '-', '◼': '.' },
  ...{ '▁': '_', '▂': '.', '▃': ':', '▄': '-', '▅': '=', '▆': '+', '▇': '*', '█': '#' },
};

/** For terminals that show no Unicode: the signs that runner itself uses in ASCII, at most two columns wider in a line; other text stays. */
export function asciiSigns(text: string): string {
  return text.replace(/[…·→│␛❯✔✖↓◼▁-█]/g, (sign) => substitutes[sign] ?? sign);
}
