/** Lines of a shelf label, at most `width` characters each; words longer than that are cut. */
export function wrapLabel(text, width) {
  if (!Number.isInteger(width) || width < 1)
    throw new RangeError(`width must be a positive whole number, not ${width}`);
  const lines = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    for (let rest = word; rest.length > 0; rest = rest.slice(width)) {
      const piece = rest.slice(0, width);
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + piece.length <= width) lines[lines.length - 1] = `${last} ${piece}`;
      else lines.push(piece);
    }
  }
  return lines;
}
