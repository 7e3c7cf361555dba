import type { Credential } from '../../tables/authinfo.ts';
import type { Answer, Delivery } from '../relay.ts';
import type { ApiCheck } from './api-check.ts';
import type { ApiResponse } from './exchange.ts';

/** A provider's own words: how a mail is asked for, what the answers mean, how a credential is tried. */
export type ApiWords = {
  /** The request of one mail; its path is appended to the base URL. Or why there is none: then nothing is sent. */
  request(delivery: Delivery, credential: Credential | undefined): ApiCall | Answer;
  /** What a whole response means by its documented codes; undefined: what its status says by itself (byStatus). */
  read(response: ApiResponse, delivery: Delivery, now: number): Answer | undefined;
  /** How a credential is tried; absent where the API takes none. */
  readonly check?: ApiCheck;
};

/** A request to an API: a POST where it has a body, else a GET. */
export type ApiCall = {
  /** The base URL where the provider has several (regions). */
  readonly base?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | undefined;
};
