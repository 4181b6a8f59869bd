/** The few sums that the report is made of. */

export type Spread = { median: number; min: number; max: number };

/** The value at `fraction` (0 to 1) of numbers in ascending order; NaN of none. */
export function percentile(sorted: ArrayLike<number>, fraction: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(fraction * sorted.length) - 1));
  return sorted[at] ?? Number.NaN;
}

/** Median, least and greatest of the values that are there; undefined where none is. */
export function spread(values: readonly (number | undefined)[]): Spread | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return undefined;
  const middle = (sorted.length - 1) / 2;
  const low = sorted[Math.floor(middle)] ?? min;
  const high = sorted[Math.ceil(middle)] ?? max;
  return { median: (low + high) / 2, min, max };
}

/** Ratios of the values of the same round, so that what slowed both down falls out. */
export function ratios(
  above: readonly (number | undefined)[],
  below: readonly (number | undefined)[],
): Spread | undefined {
  return spread(
    above.map((value, round) => {
      const other = below[round];
      return value === undefined || other === undefined || other === 0 ? undefined : value / other;
    }),
  );
}
