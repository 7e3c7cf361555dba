import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explain } from '../../../functions/app/explain.ts';
import { addressOf } from '../../../functions/mail/address.ts';
import { routeFor } from '../../../functions/route/route.ts';
import type { AllDocuments } from '../../../functions/store/snapshot.ts';
import { anyText } from '../any-text.ts';
import { BASE, basic, MAIL, world } from './world.ts';

const DOMAINS = ['example.org', 'example.jp', 'a.test', 'default', 'EXAMPLE.org', '[192.0.2.1]'];
const SMITH = 'arn:aws:iam::123456789012:user/smith';
const USERS = ['haineko', 'narrow', SMITH, 'arn:aws:iam::123456789012:user/nobody', 'arn:nonsense'];

const address = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('neko', 'spammer', '"n,"'), fc.constantFrom(...DOMAINS))
      .map((parts) => parts.join('@')),
  },
  { weight: 2, arbitrary: fc.constantFrom('', 'neko', '@', 'a@example.jpキ', 'ねこ@example.org') },
  { weight: 1, arbitrary: anyText(12) },
);
const entry = fc.record(
  {
    mailer: fc.constantFrom('Kept', 'Plain'),
    keeper: fc.constantFrom('one', 'two'),
    disabled: fc.constantFrom(0, 1),
  },
  { requiredKeys: ['mailer'] },
);
const routes = fc.dictionary(fc.constantFrom('example.org', 'example.jp', 'a.test', 'default'), entry);
const milters = (phase: string) => fc.constantFrom([], ['Example']).map((names) => ({ [phase]: names }));

const tables: fc.Arbitrary<AllDocuments> = fc
  .record({
    mailertable: routes,
    // the last resort would be a real connection
    sendermt: routes,
    recipients: fc.constantFrom({ 'open-relay': 1 }, BASE.recipients, undefined),
    relayhosts: fc.constantFrom({ 'open-relay': 1 }, BASE.relayhosts, undefined),
    require_auth: fc.constantFrom(0, 0, 1),
    milter: fc
      .tuple(...['conn', 'ehlo', 'mail', 'rcpt'].map(milters))
      .map((all) => Object.assign({}, ...all)),
  })
  .map(({ require_auth, milter, ...others }) => ({
    ...others,
    password: { ...Object(BASE.password), [SMITH]: { senders: ['example.jp'] } },
    'haineko.cf': { hostname: 'haineko.example.jp', require_auth, milter },
  }));

const asked = fc.record({
  from: address,
  to: address,
  client: fc.constantFrom('127.0.0.1', '192.0.2.9', '192.0.2.66', '203.0.113.9', '::1', '2001:db8::1'),
  ehlo: fc.constantFrom('[127.0.0.1]', 'neko.example.jp', 'neko.invalid', 'neko', ''),
  user: fc.oneof(
    { weight: 24, arbitrary: fc.constantFrom(undefined, ...USERS) },
    // one whom the relay does not know takes the time of scrypt
    { weight: 1, arbitrary: fc.constant('nobody') },
  ),
});

test('explain() finds the route of routeFor(), and refuses first what submit() refuses, whatever the tables', async () => {
  await fc.assert(
    fc.asyncProperty(tables, asked, async (documents, mail) => {
      const { context, post, kept } = world(documents);
      const made = await context.source.tables();
      const told = await explain(mail, made, context);
      expect(kept).toEqual([]);

      const to = addressOf(mail.to);
      const way = to && routeFor(to, addressOf(mail.from) ?? null, made);
      expect(told.route?.entry).toBe(way?.entry);
      expect(told.route?.mailer).toBe(way?.route.mailer);
      const [match, ...more] = told.steps.filter(({ result }) => result === 'matched');
      expect(more).toEqual([]);
      const prefix = match?.table === 'sendermt' ? 'sendermt/' : '';
      expect(match?.table && `${prefix}${match.key}`).toBe(way?.entry ?? match?.table);

      // no connection to this machine's own SMTP server
      const [first] = told.refusals;
      if (!first && told.route?.entry === null) return;
      const { ehlo, user, client, from } = mail;
      const { status, json } = await post(
        { ...MAIL, ehlo, mail: from, rcpt: mail.to },
        {
          remote: { address: client, port: 1 },
          ...(user?.startsWith('arn:')
            ? { principal: user }
            : { headers: user === undefined ? {} : basic(user, 'kijitora') }),
        },
      );
      const responses = json['smtp.responses'] as Record<string, unknown>[];
      if (first) {
        const { code, dsn, command, message } = first;
        expect({ ...responses[0], status }).toMatchObject({ status, code, dsn, command, message });
        expect(status).toBe(first.status);
        expect(kept).toEqual([]);
      } else {
        expect(responses[0]).toMatchObject({ outcome: 'accepted', mailer: told.route?.mailer });
        expect(kept[0]?.route.options['keeper']).toBe(told.route?.options['keeper']);
      }
    }),
    { numRuns: 250 },
  );
});
