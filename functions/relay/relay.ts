import type { ObjectEntries } from 'valibot';
import type { Address } from '../mail/address.ts';
import type { Envelope } from '../mail/envelope.ts';
import type { Charset, Field, NamedContent } from '../mail/message.ts';
import type { Reply } from '../smtp/reply.ts';
import type { Credential } from '../tables/authinfo.ts';
import type { Route } from '../tables/route-entry.ts';
import type { Capabilities } from './capabilities.ts';
import type { Verify } from './credential-verdict.ts';

/** One recipient's mail, ready to go. */
export type Delivery = {
  readonly queueid: string;
  readonly envelope: Envelope & { readonly rcpt: readonly [Address] };
  /** The header section with its closing empty line, and the body: 7-bit octets with CRLF line ends. */
  readonly head: Uint8Array;
  readonly body: Uint8Array;
  /** The same mail before it was encoded, for APIs that take it apart: header fields as in `head`, texts and files. */
  readonly message: {
    readonly fields: readonly Field[];
    readonly content: NamedContent;
    readonly charset: Charset;
  };
  readonly route: Route;
  /** The key that the route names in `dkim`; absent where authinfo has none of that name. */
  readonly signingKey?: Credential | undefined;
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
  /** A number from 0 up to 1, for exchangers of equal preference; absent: as the DNS orders them. */
  random?(): number;
  /** The DNS, as MX asks it, and whoever looks for a DKIM key; absent: node:dns with this machine's name servers. */
  readonly resolver?: MailResolver;
  /** MX may connect to this machine itself; absent: an exchanger at a loopback or link-local address is none. For tests. */
  readonly loopbackExchangers?: true;
  /** Takes the dialogue of routes with `debug: 1`, a line a call: never a body or a credential. */
  log?(line: string): void;
  /** Marks in the journal that the mail may be on its way; an answer: it must not go. Absent: nobody asked for a mark. */
  commit?(): Promise<Answer | undefined>;
};

/**
 * Called, and awaited, before the first step that may lead to the mail's being sent (the final dot, the first octet of an
 * API request). Where it gives an answer, that step must not be taken, and the answer is the mailer's. Undefined at once
 * where no journal is asked; never rejects.
 */
export type HandOver = () => Promise<Answer | undefined> | undefined;

/** What is asked of the DNS: the methods of node:dns/promises, with the codes of their errors. */
export type MailResolver = {
  resolveMx(name: string): Promise<readonly { readonly exchange: string; readonly priority: number }[]>;
  resolve4(name: string): Promise<readonly string[]>;
  resolve6(name: string): Promise<readonly string[]>;
  /** For the records of DKIM keys; a record is a list of texts. */
  resolveTxt?(name: string): Promise<readonly (readonly string[])[]>;
};

/** Deferred is better than unknown: with less than this to the deadline a mail is not handed over. */
export const ANSWER_RESERVE = 5000;

/** A mailer's answer; what defineRelay knows as well (rcpt, mailer, error; host and port of the route) is left to it. */
export type Answer = Omit<Reply, 'error' | 'rcpt' | 'mailer'> & {
  /** Fetch the credential anew: the server refused it (535, 401, 403). */
  readonly credentialRefused?: true;
};

/** An answer with everything filled in. */
export type Relayed = Reply & Pick<Answer, 'credentialRefused'>;

/** What a mailer takes from authinfo. */
export type CredentialUse = {
  /** Whether a route of it must name one in `auth`. */
  readonly needed: 'never' | 'may' | 'must';
  /** What `username` and `password` are to it, for the docs; a missing one has no meaning. */
  readonly username?: string;
  readonly password?: string;
  /** It can fetch a token where the credential has `oauth2`. */
  readonly oauth2?: true;
  /** By what it is tried (`verifier`), for the docs: of an API the request, as the example's credential makes it. */
  readonly tried?: string;
};

/** A route, and the credential that it names, that work: a test reads them as the server would, the docs print them. */
export type Example = {
  readonly route: Readonly<Record<string, unknown>>;
  readonly authinfo?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

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
  readonly credential: CredentialUse;
  /** It sends the mail's own octets, and so can sign them with DKIM. */
  readonly signs: boolean;
  /** It looks at the mail; for one that does not none is written, and `head` and `body` are empty. */
  readonly reads: boolean;
  /** What it can express; a mail with more is refused before sending. */
  readonly can: Capabilities;
  /** Sentences for the docs: limits, what the provider does to a mail, what an operator must know. */
  readonly limits: readonly string[];
  readonly example: Example;
};

/** A mailer. `send` answers for each way a delivery can end, and never throws. */
export type Relay = RelayDeclaration & {
  /** What of a mail the server of its route cannot express, beside what `can` says; as the client named it. */
  cannot?(delivery: Delivery): readonly string[];
  /** What `send` would answer of its own accord, before any server is asked; undefined: it would go on. */
  foresee?(
    delivery: Delivery,
    credential: Credential | undefined,
  ): Answer | undefined | Promise<Answer | undefined>;
  send(delivery: Delivery, credential: Credential | undefined, wire: Wire): Promise<Relayed>;
  /** Loads what tries a credential; absent where the mailer takes none (verify-credential.ts). */
  verifier?(): Promise<{ readonly verify: Verify }>;
};
