import { describe, expect, test } from 'vitest';
import { PAGES, readPage } from '../../bin/docs/pages.ts';
import { TABLE_EXAMPLES } from '../../bin/docs/table-examples.ts';
import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';
import { buildSnapshot } from '../../functions/store/snapshot.ts';
import { readDocument } from '../../functions/tables/document.ts';

describe('docs are what the schemas say', () => {
  test.each(PAGES.map((page) => [page.path, page] as const))('%s', (_, page) => {
    const now = readPage(page);
    expect(page.print(now), 'stale: run `npm run docs`').toBe(now);
  });

  test('the examples of the tables can be deployed', async () => {
    const documents: Record<string, unknown> = {};
    for (const [name, text] of Object.entries(TABLE_EXAMPLES)) {
      documents[name] = await readDocument(name, text);
    }
    const known = knownFrom(relays, milters, { deployed: true, machine: 'localhost' });
    expect(() => buildSnapshot(documents, known, '1')).not.toThrow();
  });

  test.each(relays.map((relay) => [relay.name, relay] as const))(
    'the example of %s can be taken as it is',
    (name, { example, local }) => {
      const known = knownFrom(relays, milters, { deployed: !local, machine: 'localhost' });
      const documents = {
        'haineko.cf': { hostname: 'relay.example.jp' },
        mailertable: { default: example.route },
        authinfo: example.authinfo ?? {},
      };
      const { tables, credentials } = buildSnapshot(documents, known, '1');
      const route = tables.mailertable.get('default');
      expect(route?.mailer).toBe(name);
      expect([...credentials.keys()]).toEqual(route?.auth === undefined ? [] : [route.auth]);
    },
  );
});
