/** The middle of the values, the mean of the two in the middle when their number is even; NaN of none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `percent` % of the values don't exceed, interpolated between neighbours; NaN of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** A median, and the smallest and the largest value it stands for. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
