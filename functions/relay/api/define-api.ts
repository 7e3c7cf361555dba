import { defineRelay, type RelayDefinition } from '../define-relay.ts';
import { loadOnce } from '../load-once.ts';
import type { Relay } from '../relay.ts';
import type { ApiWords } from './api-words.ts';
import { endpointOption } from './endpoint.ts';

/** What a mailer over an HTTP API gives: its declaration, and the provider's own words. */
export type ApiDefinition = Omit<RelayDefinition, 'send' | 'foresee' | 'verifier'> & {
  /** The provider's own base URL; `endpoint` of a route takes its place. */
  readonly endpoint: string;
  /** Called by the first mail. Words in a file of their own, behind import(), are not read by a cold start. */
  words(): Promise<ApiWords>;
};

/** Makes a mailer over an HTTP API. All that is no declaration is loaded when it is needed: with the first mail, what sends. */
export function defineApi(definition: ApiDefinition): Relay {
  const { endpoint, words, options, ...declaration } = definition;
  const load = loadOnce(async () => {
    const [{ senderBy }, loaded] = await Promise.all([import('./send-by-api.ts'), words()]);
    return senderBy(loaded, endpoint);
  });
  return defineRelay({
    connects: false,
    port: 443,
    ...declaration,
    options: { ...endpointOption(endpoint), ...options },
    async foresee(delivery, credential) {
      const { request } = await words();
      const asked = request(delivery, credential);
      return 'outcome' in asked ? asked : undefined;
    },
    ...(declaration.credential?.tried && {
      async verifier() {
        const { verifierBy } = await import('./verify-by-api.ts');
        return verifierBy(await words(), endpoint);
      },
    }),
    async send(delivery, credential, wire, handOver) {
      const send = await load();
      return send(delivery, credential, wire, handOver);
    },
  });
}
