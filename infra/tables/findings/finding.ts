/** `error`: it cannot work so, or is open to the world. `warning`: it works otherwise than it looks. `note`: worth knowing. */
export type Level = 'error' | 'warning' | 'note';

/** What a rule looks at (a route, a user, a whole table), and where it stands. */
export type Subject = { readonly table: string; readonly path: string };

/** Something about right tables that somebody should know: where, and why. Never a secret. */
export type Finding = {
  /** Stable: `port-25`. */
  readonly id: string;
  readonly level: Level;
  readonly table: string;
  /** As a ConfigIssue's: `example.com.port`; empty for the table itself. */
  readonly path: string;
  readonly why: string;
  /** Of a wrong value: the two halves of `why`, "expected ..., got ...". */
  readonly expected?: string;
  readonly got?: string;
};
