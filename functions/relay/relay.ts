import type { ObjectEntries } from 'valibot';
import type { Address } from '../mail/address.ts';
import type { Envelope } from '../mail/envelope.ts';
import type { Reply } from '../smtp/reply.ts';
import type { Credential } from '../tables/authinfo.ts';
import type { Route } from '../tables/route-entry.ts';

/** One recipient's mail, ready to go. */
export type Delivery = {
  readonly queueid: string;
  readonly envelope: Envelope & { readonly rcpt: readonly [Address] };
  /** The header section with its closing empty line, and the body: 7-bit octets with CRLF line ends. */
  readonly head: Uint8Array;
  readonly body: Uint8Array;
  readonly route: Route;
  /** Our name: EHLO to others. */
  readonly hostname: string;
};

/** The outside world, as a relay may use it: time, and the rest of the request's. */
export type Wire = {
  /** Milliseconds since the epoch by the wall clock. */
  now(): number;
  /** The moment (as now()) by which the relay must have answered. */
  readonly deadline: number;
  /** Where the File mailer writes when its route names no directory. */
  readonly outbox: string;
  /** Where the Screen mailer prints. */
  print(text: string): void;
};

/** A mailer's answer: a Reply without what defineRelay fills in. `credentialRefused`: fetch the credential anew (535, 401, 403). */
export type Answer = Omit<Reply, 'rcpt' | 'mailer'> & { readonly credentialRefused?: true };

/** What a mailer is, without what it does: tables, infra and the docs read only this. */
export type RelayDeclaration = {
  readonly name: string;
  readonly description: string;
  /** Keys that this mailer adds to a route's entry, as a valibot schema each, with its description. */
  readonly options: ObjectEntries;
  /** Only for the local server: on Lambda it would log bodies or lose mail. */
  readonly local: boolean;
  /** `host` and `port` mean something to it. */
  readonly connects: boolean;
};

/** A mailer. `send` answers for each way a delivery can end, and may throw only for a defect of its own. */
export type Relay = RelayDeclaration & {
  send(delivery: Delivery, credential: Credential | undefined, wire: Wire): Promise<Answer>;
};
