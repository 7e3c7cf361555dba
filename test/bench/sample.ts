/** Numbers of one kind, measured one after another; never empty. */
export type Sample = readonly number[];

/** What lies in the middle; of an even count, the mean of the two. */
export function median(values: Sample): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.length >> 1;
  const [lower = Number.NaN, upper = lower] = sorted.slice(half - 1 + (sorted.length % 2), half + 1);
  return (lower + upper) / 2;
}

/** Round by round, how many times as large as `base`: what a whole round had against it falls out. */
export function ratios(values: Sample, base: Sample): Sample {
  return values.map((value, round) => value / (base[round] ?? Number.NaN));
}

/** The least rise that fits points `at` -> `values` best (least squares), in the unit of `values` for one of `at`. */
export function slope(at: Sample, values: Sample): number {
  const mean = (all: Sample) => all.reduce((sum, each) => sum + each, 0) / all.length;
  const [x, y] = [mean(at), mean(values)];
  const over = at.reduce((sum, each, index) => sum + (each - x) * ((values[index] ?? Number.NaN) - y), 0);
  return over / at.reduce((sum, each) => sum + (each - x) ** 2, 0);
}
