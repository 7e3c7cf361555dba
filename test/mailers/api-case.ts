import type { CredentialVerdict } from '../../functions/relay/credential-verdict.ts';
import type { Delivery, Relay, Relayed } from '../../functions/relay/relay.ts';
import type { Credential } from '../../functions/tables/authinfo.ts';
import { type ApiPeer, type Said, type Seen, startApiPeer, type Words } from './api-peer.ts';

/** What the shared suite needs to know of a mailer over an HTTP API. */
export type ApiCase = {
  readonly relay: Relay;
  /** Keys of the route beside `endpoint`, `auth` and `tls_verify`. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Other keys of the route, and how a route finds the server where it is not `endpoint`. */
  place?(port: number): Readonly<Record<string, unknown>>;
  /** The credential as authinfo has it; absent where the mailer needs none. */
  readonly credential?: Pick<Credential, 'username' | 'password'>;
  readonly words: Words;
  /** The message of an accepted mail. */
  readonly accepted: readonly string[];
  /** Each documented error: what the provider says, and what we make of it. */
  readonly errors: readonly {
    readonly title: string;
    readonly said: Said;
    readonly expected: Partial<Relayed>;
  }[];
  /** Holds the request of the usual mail, octet by octet where the mail goes raw. Throws where it is not as it must be. */
  request(seen: Seen, delivery: Delivery): void;
  /** Holds the request of a mail with HTML, an inline image and a file. */
  wholeRequest(seen: Seen, delivery: Delivery): void | Promise<void>;
  /** Holds the request by which a credential is tried. */
  checkRequest(seen: Seen): void;
  /** What else may be said to that, by its documentation, and what it means. */
  readonly checks: readonly {
    readonly title: string;
    readonly said: Said;
    readonly verdict: CredentialVerdict['verdict'];
    readonly told: RegExp;
  }[];
  /** Whether a request carries this password: the suite changes the credential under way. */
  carries(seen: Seen, password: string): boolean;
};

/** Starts the provider of a mailer on loopback. */
export function startPeerOf({ words }: ApiCase): Promise<ApiPeer> {
  return startApiPeer(words);
}
