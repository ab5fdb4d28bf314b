const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** One bar for each value, `·` for none; the lowest bar stands for `from`, the highest for `to`. */
export function sparkline(
  values: readonly (number | null)[],
  { from, to }: { readonly from: number; readonly to: number },
): string {
  return values
    .map((value) => {
      if (value === null) return '·';
      const share = to > from ? (value - from) / (to - from) : 1;
      return bars[Math.round(Math.min(1, Math.max(0, share)) * (bars.length - 1))] ?? '';
    })
    .join('');
}
