import type { Credential } from '../../tables/authinfo.ts';
import type { Route } from '../../tables/route-entry.ts';
import type { CredentialVerdict } from '../credential-verdict.ts';
import type { Answer } from '../relay.ts';
import type { ApiCall } from './api-words.ts';

/** How a credential is tried without a mail: what the provider documents as a request that sends and changes nothing. */
export type ApiCheck = {
  /** The request, `accept` left out. Or why there is none: then nothing is asked. */
  request(credential: Credential, route: Route): ApiCall | Answer;
  /** The status of a good answer. Default: 200. */
  readonly status?: number;
  /**
   * Whether a response is, by its JSON, what a good credential gets; or what else it says of it, and why where the provider has no
   * words for that. All else is told by the status: `refused` by 401, `unknown` by every other.
   */
  read(answer: unknown): boolean | Doubt | readonly [verdict: Doubt, why: string];
};

type Doubt = Exclude<CredentialVerdict['verdict'], 'good'>;
