import { expect, test } from 'vitest';
import { answer } from '../../functions/app/http.ts';
import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';
import { cutIntoShards } from '../../functions/store/cut-into-shards.ts';
import { basic, MAIL, world } from '../unit/app/world.ts';
import { ssmWorld } from './ssm-world.ts';

const hash = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';
const many = (count: number) => Array.from({ length: count }, (_, number) => number);
const known = knownFrom(relays, milters, { deployed: false, machine: 'localhost' });
const tables = {
  mailertable: {
    default: { mailer: 'Screen' },
    ...Object.fromEntries(many(600).map((n) => [`${n}.example.com`, { mailer: 'Discard', timeout: 30 }])),
  },
  sendermt: Object.fromEntries(many(600).map((n) => [`${n}.example.jp`, { mailer: 'Discard', timeout: 30 }])),
  recipients: {
    domainpart: many(1500).map((n) => `${n}.example.com`),
    recipients: many(500).map((n) => `u${n}@example.org`),
  },
  password: Object.fromEntries([
    ...many(600).map((n) => [`user${n}`, hash] as const),
    ...many(600).map((n) => [`arn:aws:iam::123456789012:role/cats/Role${n}`, {}] as const),
    ['arn:aws:sts::123456789012:assumed-role/Role7/narrow', { senders: ['example.net'] }],
  ]),
};

/** The app over SSM with every table that can be in shards in shards. */
async function sharded() {
  const cut = Object.entries(tables).flatMap(([name, table]) =>
    cutIntoShards(name as keyof typeof tables, table),
  );
  const lay = Object.fromEntries(cut.map(({ name, value }) => [name, value]));
  expect(Object.keys(lay).length).toBeGreaterThan(12);
  const milter = { 'haineko.cf': { hostname: 'a.example.jp', milter: { rcpt: ['Example'] } } };
  const { source } = await ssmWorld({ lay: { ...lay, ...milter }, known });
  const { context } = world();
  return async (
    mail: object,
    headers: Record<string, string> = {},
    address = '127.0.0.1',
    signed: { principal?: string } = {},
  ) => {
    const remote = { address, port: 1 };
    const body = JSON.stringify({ ...MAIL, ...mail });
    const deadline = Date.now() + 20_000;
    const request = { method: 'POST', path: '/submit', headers, body, remote, deadline, ...signed };
    const made = await answer(request, { ...context, source });
    return {
      status: made.status,
      json: JSON.parse(made.body) as { 'smtp.responses': { mailer: string; rcpt: string; code: string }[] },
    };
  };
}

test('answer() finds routes, recipients and users in shards, those that a milter adds too', async () => {
  const post = await sharded();
  // recipients by domain and by address, routes by recipient's and by sender's domain
  const byRecipient = await post({ rcpt: ['neko@1499.example.com', 'neko@599.example.com'] });
  expect(byRecipient.json['smtp.responses']).toMatchObject([
    { code: '200', mailer: 'Screen', rcpt: 'neko@1499.example.com' },
    { code: '200', mailer: 'Discard', rcpt: 'neko@599.example.com' },
    { code: '200', mailer: 'Screen', rcpt: 'always-bcc@1499.example.com' },
    { code: '200', mailer: 'Discard', rcpt: 'always-bcc@599.example.com' },
  ]);
  const bySender = await post({ mail: 'neko@42.example.jp', rcpt: ['u499@example.org', 'u500@example.org'] });
  expect(bySender.json['smtp.responses']).toMatchObject([
    { code: '200', mailer: 'Discard' },
    { code: '553' },
    { code: '553' },
  ]);
  // a user from an address that relayhosts does not list
  const abroad = '203.0.113.9';
  expect((await post({ rcpt: ['u1@example.org'] }, basic('user599', 'kijitora'), abroad)).status).toBe(207);
  expect((await post({ rcpt: ['u1@example.org'] }, basic('user600', 'kijitora'), abroad)).status).toBe(401);
});

test('answer() finds IAM principals in shards: a session, its role, whatever the path, and nobody else', async () => {
  const post = await sharded();
  const by = async (session: string, more: object = {}) => {
    const principal = `arn:aws:sts::123456789012:assumed-role/${session}`;
    return (await post({ rcpt: ['u1@example.org'], ...more }, {}, '203.0.113.9', { principal })).status;
  };
  // 207: the milter adds a recipient that is refused
  for (const number of [0, 7, 300, 599]) expect(await by(`Role${number}/i-0123`)).toBe(207);
  expect(await by('Role600/i-0123')).toBe(403);
  // the session's own entry may be in another shard than its role's
  expect(await by('Role7/narrow')).toBe(400);
  expect(await by('Role7/narrow', { mail: 'neko@example.net' })).toBe(207);
});
