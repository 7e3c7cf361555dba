import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { mx } from '../../../../functions/relay/mx.ts';
import { routeSchema } from '../../../../functions/tables/route-entry.ts';
import { known } from '../../known.ts';

const deployed = known({ deployed: true, mailers: new Map([['MX', mx]]) });
const read = (entry: unknown) => v.safeParse(routeSchema(deployed), entry);

describe('a route of MX', () => {
  test('a route of MX needs no key, on Lambda too, and is opportunistic about TLS', () => {
    const { success, output } = read(mx.example.route);
    expect(success).toBe(true);
    expect(output).toMatchObject({
      mailer: 'MX',
      port: 25,
      starttls: 'opportunistic',
      tls_verify: 0,
      options: {},
    });
  });

  test('a route of MX has what it gives itself', () => {
    const { output } = read({ mailer: 'MX', port: 2525, starttls: 1, tls_verify: 1, dkim: 'key' });
    expect(output).toMatchObject({ port: 2525, starttls: 1, tls_verify: 1, dkim: 'key', options: {} });
  });

  test('a route of MX is checked like any other', () => {
    for (const wrong of [{ port: 0 }, { starttls: 'perhaps' }, { tls_verify: 2 }, { implicit_tls: 1 }]) {
      expect(read({ mailer: 'MX', ...wrong }).success).toBe(false);
    }
  });

  test('MX says that Lambda has no port 25', () => {
    expect(mx.limits.join(' ')).toMatch(/port 25.*NAT gateway/);
  });
});
