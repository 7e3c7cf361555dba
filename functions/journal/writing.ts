import type { Rows } from '../store/rows.ts';

/** Another request is trying one of the recipients. */
export class InFlight extends Error {
  override readonly name = 'InFlight';
}

/** How the rows of a hold are written. */
export type Writing = {
  readonly rows: Rows;
  /** No request with the key came before this one. */
  readonly first: boolean;
  readonly owner: string;
  now(): number;
  /** Seconds since the epoch: when a row that is written now is forgotten; and until when those that are found must not be. */
  expires(): number;
  readonly remembered: number;
  report(problem: string): void;
};

/** The end of a lease that is over. */
export const OVER = 0;
