import type { Row } from './row.ts';

/** All that is measured, in the order of docs/benchmarks.md. Adding one is its file and its place in this list. */
export const rows: readonly Row[] = [];
