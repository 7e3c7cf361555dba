import type { Credential } from '../../tables/authinfo.ts';
import type { Route } from '../../tables/route-entry.ts';
import { defineRelay, type RelayDefinition } from '../define-relay.ts';
import { held } from '../own-answers.ts';
import type { Answer, Delivery, Relay } from '../relay.ts';
import { timeLeft } from '../time-left.ts';
import type { ApiCheck } from './api-check.ts';
import { endpointOf, endpointOption, placeOf } from './endpoint.ts';
import type { ApiRequest, ApiResponse } from './exchange.ts';

/** What a mailer over an HTTP API gives: its declaration, the request of a delivery, and what a response means. */
export type ApiDefinition = Omit<RelayDefinition, 'send' | 'foresee' | 'verifier' | 'api'> & {
  /** The provider's own base URL; `endpoint` of a route takes its place. */
  readonly endpoint: string;
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

let loading: Promise<typeof import('./call.ts')> | undefined;

/** Makes a mailer over an HTTP API: everything but the provider's own words is done here and in call.ts. */
export function defineApi(definition: ApiDefinition): Relay {
  const { endpoint, request, read, check, options, ...declaration } = definition;
  return defineRelay({
    connects: false,
    port: 443,
    ...declaration,
    options: { ...endpointOption(endpoint), ...options },
    foresee(delivery, credential) {
      const asked = request(delivery, credential);
      return 'outcome' in asked ? asked : undefined;
    },
    ...(check && { api: { endpoint, check } }),
    async send(delivery, credential, wire, handOver) {
      const { route } = delivery;
      const asked = request(delivery, credential);
      if ('outcome' in asked) return asked;
      const made = requestOf(asked, route, endpoint);
      if ('outcome' in made) return made;
      // node:https is loaded by the first mail, not by every cold start
      loading ??= import('./call.ts');
      const { call } = await loading;
      const time = timeLeft(route, wire);
      const verify = route.tls_verify === 1;
      const answer = await call(made, { time, now: wire.now, verify, handOver }, credential, (response) =>
        read(response, delivery, wire.now()),
      );
      return { ...placeOf(made.url), ...answer };
    },
  });
}

/** A mailer's call as exchange() takes it, or why HTTP cannot carry it; `endpoint` is the provider's own base URL. */
export function requestOf(
  { base, path, headers, body }: ApiCall,
  route: Route,
  endpoint: string,
): ApiRequest | Answer {
  const odd = Object.keys(headers).find((name) => /[^\t\x20-\x7e]/.test(headers[name] ?? ''));
  // only a credential can have such a character; node:http would throw
  if (odd !== undefined)
    return held('AUTH', '4.3.5', `Credential '${route.auth}' cannot stand in header ${odd}`);
  const url = `${endpointOf(route, base ?? endpoint)}${path}`;
  return { url, headers, body: body === undefined ? body : Buffer.from(body) };
}
