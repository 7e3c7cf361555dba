import type { ObjectEntries } from 'valibot';

/** What the tables must know of the rest of the program; app, bin and infra build it from the registries. */
export type Known = {
  /** Mailers by name: the keys that each adds to a route's entry. */
  readonly mailers: ReadonlyMap<string, KnownMailer>;
  /** Milters by name: the phases that each has. */
  readonly milters: ReadonlyMap<string, ReadonlySet<string>>;
  /** True on Lambda: local mailers and loopback hosts are errors there, hostname and default: are required. */
  readonly deployed: boolean;
  /** The machine's name, where haineko.cf gives no hostname (never when deployed). */
  readonly machine: string;
};

/** What a mailer declares of itself to the tables. */
export type KnownMailer = {
  readonly options: ObjectEntries;
  readonly local: boolean;
  readonly connects: boolean;
  /** The port where the route names none. */
  readonly port: number;
  /** Whether a route of it must name a credential. */
  readonly credential: { readonly needed: 'never' | 'may' | 'must' };
  /** Whether it can sign with DKIM. */
  readonly signs: boolean;
};
