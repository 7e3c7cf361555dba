import type { Route } from '../../tables/route-entry.ts';
import { held } from '../own-answers.ts';
import type { Answer } from '../relay.ts';
import type { ApiCall } from './api-words.ts';
import { endpointOf } from './endpoint.ts';
import type { ApiRequest } from './exchange.ts';

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
