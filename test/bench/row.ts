import type { Figure } from './figure.ts';

/** How much is measured: all of it, or as little as shows that it can be measured. */
export type Effort = {
  /** Rounds of an interleaved run. */
  readonly rounds: number;
  /** A smoke run: small amounts, short times. What is counted is right all the same, what is timed tells nothing. */
  readonly quick: boolean;
};

export const FULL: Effort = { rounds: 15, quick: false };
export const QUICK: Effort = { rounds: 1, quick: true };

/** Something that is measured in one run. */
export type Row = {
  /** For `npm run bench -- NAME`. */
  readonly name: string;
  readonly title: string;
  /** How it is measured: one paragraph for docs/benchmarks.md. */
  readonly how: string;
  run(effort: Effort): Promise<readonly Figure[]>;
};
