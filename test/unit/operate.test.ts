import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { knownFrom } from '../../functions/app/known.ts';
import { METRICS, NAMESPACE, NO_MAILER } from '../../functions/app/metrics.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';
import { tokenRequest } from '../../functions/relay/oauth2/token-request.ts';
import { buildSnapshot } from '../../functions/store/snapshot.ts';
import { readDocument } from '../../functions/tables/document.ts';
import { parsePassword } from '../../functions/tables/password.ts';
import { isPrincipal } from '../../functions/tables/principal.ts';

const page = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
const [, section = ''] = /^## Gmail and Microsoft 365\n(.*?)^## /ms.exec(page) ?? [];
/** Every table of the section, in pairs: an authinfo, then the mailertable that names its credentials. */
const examples = [...section.matchAll(/^```yaml\n# (authinfo|mailertable)\n(.*?)^```$/gms)].map(
  ([, name = '', text = '']) => ({ name, text }),
);
const pairs = examples.flatMap((each, at) => {
  const next = examples[at + 1];
  return each.name === 'authinfo' && next ? [[each.text, next.text] as const] : [];
});

describe('docs/operate.md, Gmail and Microsoft 365', () => {
  test('has an authinfo and a mailertable for each, and no YAML that is not read here', () => {
    expect(examples.map(({ name }) => name)).toEqual(['authinfo', 'mailertable', 'authinfo', 'mailertable']);
    expect(section.match(/^```/gm)).toHaveLength(2 * examples.length);
  });

  test.each(pairs)('has tables that can be deployed (%#)', async (authinfo, mailertable) => {
    const documents = {
      'haineko.cf': { hostname: 'relay.example.jp' },
      authinfo: await readDocument('authinfo', authinfo),
      mailertable: await readDocument('mailertable', mailertable),
    };
    const known = knownFrom(relays, milters, { deployed: true, machine: 'localhost' });
    const { credentials } = buildSnapshot(documents, known, '1');
    const routes = Object.values(documents.mailertable as Record<string, Record<string, unknown>>);
    // each credential is named by a route, and each route has TLS before it says AUTH
    expect(routes.map(({ auth }) => auth).sort()).toEqual([...credentials.keys()].sort());
    for (const route of routes) expect(route).toMatchObject({ mailer: 'ESMTP', port: 587, starttls: 1 });
    for (const { username, oauth2 } of credentials.values()) {
      expect(username).toMatch(/@/);
      if (!oauth2) continue;
      const { url, body } = tokenRequest(oauth2);
      expect(url).toMatch(
        /^https:\/\/(?:oauth2\.googleapis\.com\/token|login\.microsoftonline\.com\/TENANT\/oauth2\/v2\.0\/token)$/,
      );
      const form = new URLSearchParams(body.toString());
      expect(form.get('grant_type')).toBe(oauth2.refreshToken ? 'refresh_token' : 'client_credentials');
      expect(form.get('client_secret')).toBeTruthy();
    }
  });
});

describe('docs/operate.md, IAM users and roles', () => {
  test('has a table that can be laid as it is', async () => {
    const [, text = ''] = /^## IAM users and roles\n.*?^```yaml\n# password\n(.*?)^```$/ms.exec(page) ?? [];
    const names = [...parsePassword(await readDocument('password', text)).keys()];
    expect(names.filter(isPrincipal)).toHaveLength(3);
    expect(names.every(isPrincipal)).toBe(true);
  });
});

describe('docs/operate.md, Metrics', () => {
  const [, metrics = ''] = /^## Metrics\n(.*?)^## /ms.exec(page) ?? [];

  test('has a row for each metric, with its unit and dimensions', () => {
    const rows = [...metrics.matchAll(/^\| `(\w+)` \| (\w+) \| ([a-z,; ]+) \|/gm)];
    const told = rows.map(([, name, unit, sets = '']) => ({
      name,
      unit,
      dimensions: sets.split('; ').map((set) => set.split(', ')),
    }));
    expect(told).toEqual(Object.entries(METRICS).map(([name, metric]) => ({ name, ...metric })));
    for (const name of [NAMESPACE, NO_MAILER]) expect(metrics).toContain(`\`${name}\``);
  });
});
