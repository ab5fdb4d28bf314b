/** A line through values from 0 to 1 in a box of 100 by 100, as the `d` of a path; it breaks where there is none, and one alone is a dot. */
export function linePath(values: readonly (number | null)[]): string {
  const step = values.length < 2 ? 0 : 100 / (values.length - 1);
  const start = values.length < 2 ? 50 : 0;
  return values
    .map((value, at) => {
      if (value === null) return '';
      const place = `${rounded(start + at * step)} ${rounded(100 - value * 100)}`;
      const isFirst = at === 0 || values[at - 1] == null;
      const isAlone = isFirst && values[at + 1] == null;
      return `${isFirst ? 'M' : 'L'}${place}${isAlone ? 'h0' : ''}`;
    })
    .join('');
}

/** Values as shares of the largest, 0 to 1. */
export function sharesOfMost(values: readonly number[]): readonly number[] {
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  return values.map((value) => (most === 0 ? 0 : Math.max(0, value) / most));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
