import type { Credential } from '../tables/authinfo.ts';
import type { Route } from '../tables/route-entry.ts';
import type { Wire } from './relay.ts';

/**
 * What a trial of a credential tells. `good`: it was taken. `refused`: the server or the API said, by its documented code, that it
 * is wrong. `unknown`: it could not be tried, or the answer tells nothing of it.
 */
export type CredentialVerdict = {
  readonly verdict: 'good' | 'refused' | 'unknown';
  /** What was asked and said, in words for an operator; no secret stands in it once verifyCredential() hands it on. */
  readonly told: readonly string[];
};

/** Who tries, and what there is of the outside world: our name (EHLO), time, the DNS, and where the dialogue of `debug: 1` goes. */
export type Circumstances = {
  readonly hostname: string;
  readonly wire: Pick<Wire, 'now' | 'deadline' | 'answerReserve' | 'resolver' | 'log'>;
};

/** Tries a credential as the route would use it, and sends nothing. May throw, and tell secrets: verifyCredential() sees to both. */
export type Verify = (
  route: Route,
  credential: Credential,
  circumstances: Circumstances,
) => Promise<CredentialVerdict>;
