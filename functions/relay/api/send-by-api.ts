import type { RelayDefinition } from '../define-relay.ts';
import { timeLeft } from '../time-left.ts';
import type { ApiWords } from './api-words.ts';
import { call } from './call.ts';
import { placeOf } from './endpoint.ts';
import { requestOf } from './request-of.ts';

/** What sends a mail by the words of an API; `endpoint` is the provider's own base URL. */
export function senderBy({ request, read }: ApiWords, endpoint: string): RelayDefinition['send'] {
  return async (delivery, credential, wire, handOver) => {
    const { route } = delivery;
    const asked = request(delivery, credential);
    if ('outcome' in asked) return asked;
    const made = requestOf(asked, route, endpoint);
    if ('outcome' in made) return made;
    const time = timeLeft(route, wire);
    const verify = route.tls_verify === 1;
    const answer = await call(
      made,
      { time, now: wire.now, verify, commit: handOver },
      credential,
      (response) => read(response, delivery, wire.now()),
    );
    return { ...placeOf(made.url), ...answer };
  };
}
