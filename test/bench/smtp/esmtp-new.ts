import { figure } from '../figure.ts';
import type { Row } from '../row.ts';
import { tripsOf } from './trips.ts';
import { withSink } from './with-sink.ts';

const authinfo = { Neko: { username: 'neko', password: 'nyaa' } };
/** The certificate is made for tests. */
const login = (how: Readonly<Record<string, unknown>>) => ({
  route: { auth: 'Neko', tls_verify: 0, ...how },
  others: { authinfo },
});

/** Round trips of a mail on a connection of its own. */
export const esmtpNew: Row = {
  name: 'esmtp-new',
  title: 'ESMTP on a new connection: round trips',
  how: 'Counted on the raw octets of the wire until the mail is taken (QUIT waits for nothing), through a proxy that delays them: each flight of the server for which the client has waited. The TCP connect is one more: over a distance the greeting comes a round trip after it, since it waits for the ACK. TLS is 1.3: its handshake is one round trip.',
  run: () =>
    withSink(async ({ plain, secure }) => {
      // what the proxy sees has the connect and the greeting in one
      const trips = async (...to: Parameters<typeof tripsOf>) => ((await tripsOf(...to))[0] ?? 0) + 1;
      const bare = await trips(plain, 1);
      const upgraded = await trips(plain, 1, login({ starttls: 1 }));
      const implicit = await trips(secure, 1, login({ implicit_tls: 1 }));
      return [
        figure('plain', bare, '', { most: 5, counted: true }),
        // not `counted`, which would stop every run: the RFCs have no way to eight (docs/performance.md)
        figure('STARTTLS and AUTH PLAIN', upgraded, '', { most: 8 }),
        figure('... without the TLS handshake', upgraded - 1, '', { most: 8, counted: true }),
        figure('implicit TLS and AUTH PLAIN', implicit, ''),
      ];
    }),
};
