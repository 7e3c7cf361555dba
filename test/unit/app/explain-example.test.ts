import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { basic, world } from './world.ts';

const page = readFileSync(new URL('../../../docs/reference/wire.md', import.meta.url), 'utf8');
const [, section = ''] = /^## POST \/route\n(.*?)^## /ms.exec(page) ?? [];
const [question = '', answer = ''] = [...section.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]) => text);

/** The tables of which the example tells. */
const hash = '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn';
const tables = {
  'haineko.cf': { hostname: 'relay.example.jp' },
  mailertable: {
    default: {
      host: 'smtp.example.jp',
      port: 587,
      starttls: 1,
      auth: 'Smarthost',
      fallback: ['ses', 'old.example.jp'],
    },
    ses: { mailer: 'AmazonSES' },
    'old.example.jp': { host: 'old.example.jp', port: 587, disabled: 1 },
  },
  recipients: { domainpart: ['example.org'] },
  password: { web: { password: hash, senders: ['example.jp'] }, admin: { password: hash, admin: 1 } },
  authinfo: { Smarthost: { username: 'nekochan@example.jp', password: 'nyanko22' } },
};

test('the example of POST /route in docs/reference/wire.md is what explain() answers', async () => {
  const { ask } = world(tables);
  const { status, body } = await ask({
    path: '/route',
    remote: { address: '192.0.2.9', port: 1 },
    headers: basic('admin', 'kijitora'),
    body: question,
  });
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual(JSON.parse(answer));
});
