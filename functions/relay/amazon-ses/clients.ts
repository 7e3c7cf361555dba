import { SESClient } from '@aws-sdk/client-ses';
import type { Credential } from '../../tables/authinfo.ts';
import type { Route } from '../../tables/route-entry.ts';

/** A client and the name under which it is kept. */
export type Kept = { readonly key: string; readonly client: SESClient };

/** Most clients: old versions of credentials would pile up. */
const MOST = 20;

const kept = new Map<string, SESClient>();

/**
 * The client of a route and a credential. Kept, since it keeps the keys of a role until they expire and knows how wrong our
 * clock is.
 */
export function clientFor({ options }: Route, credential: Credential | undefined): Kept {
  const { region, endpoint } = options;
  const key = JSON.stringify([region, endpoint, credential?.name, credential?.version]);
  const client =
    kept.get(key) ??
    new SESClient({
      ...(typeof region === 'string' && { region }),
      ...(typeof endpoint === 'string' && { endpoint }),
      ...(credential && {
        credentials: { accessKeyId: credential.username, secretAccessKey: credential.password },
      }),
      // SES has no idempotency token: a second attempt of the SDK's would be a second mail
      maxAttempts: 1,
      // these it would look up in ~/.aws
      retryMode: 'standard',
      defaultsMode: 'standard',
      authSchemePreference: ['sigv4'],
    });
  // the one used last stands last
  kept.delete(key);
  kept.set(key, client);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST) break;
    kept.delete(oldest);
  }
  return { key, client };
}

/** The keys of a role were refused: they are looked up anew for the next mail. */
export function forget({ key }: Kept): void {
  kept.delete(key);
}
