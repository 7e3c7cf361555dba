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
  /** Milliseconds that the last answer must have to arrive in (ANSWER_RESERVE); with less, nothing is handed over. */
  readonly answerReserve?: number;
  /** Takes the dialogue of routes with `debug: 1`, a line a call: never a body or a credential. */
  log?(line: string): void;
};

/** Deferred is better than unknown: with less than this to the deadline a mail is not handed over (architecture.md). */
export const ANSWER_RESERVE = 5000;

/** A mailer's answer; what defineRelay knows as well (rcpt, mailer, error; host and port of the route) is left to it. */
export type Answer = Omit<Reply, 'error' | 'rcpt' | 'mailer'> & {
  /** Fetch the credential anew: the server refused it (535, 401, 403). */
  readonly credentialRefused?: true;
};

/** An answer with everything filled in. */
export type Relayed = Reply & Pick<Answer, 'credentialRefused'>;

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
  /** The port where the route names none. */
  readonly port: number;
};

/** A mailer. `send` answers for each way a delivery can end, and never throws. */
export type Relay = RelayDeclaration & {
  send(delivery: Delivery, credential: Credential | undefined, wire: Wire): Promise<Relayed>;
};
