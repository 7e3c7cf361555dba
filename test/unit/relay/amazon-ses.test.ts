import { expect, test } from 'vitest';
import { knownFrom } from '../../../functions/app/known.ts';
import { clientFor, forget } from '../../../functions/relay/amazon-ses/clients.ts';
import { relays } from '../../../functions/relay/index.ts';
import { parseRouteTable } from '../../../functions/tables/mailertable.ts';
import { routeTo } from '../../dialogue/deliveries.ts';

const known = knownFrom(relays, [], { deployed: true, machine: 'localhost' });
const read = (keys: object) =>
  parseRouteTable('mailertable', '', { default: { mailer: 'AmazonSES', ...keys } }, known).get('default');

test('amazonSes needs nothing but its name', () => {
  expect(read({})).toMatchObject({ mailer: 'AmazonSES', auth: undefined, options: { tags: {} } });
});

test.each([
  ['a region', { region: 'Tokyo' }, 'region'],
  ['a region that is a host', { region: 'x.example.com/' }, 'region'],
  ['a configuration set with a dot', { configuration_set: 'haineko.cf' }, 'configuration_set'],
  ["a tag's value with a blank", { tags: { cat: 'mi chan' } }, 'tags'],
  ["a tag's name in Japanese", { tags: { 猫: 'mi-chan' } }, 'tags'],
  ['tags of 257 characters', { tags: { cat: 'a'.repeat(257) } }, 'tags'],
  ["a tag's value that is none", { tags: { cat: null } }, 'tags'],
  ["a tag's value that is a list", { tags: { cat: ['mi-chan'] } }, 'tags'],
  ['a list of tags', { tags: ['cat'] }, 'tags'],
  ['an endpoint without TLS', { endpoint: 'http://ses.example.jp' }, 'endpoint'],
  ['a DKIM key, since SES writes Message-ID and Date anew', { dkim: 'neko' }, 'dkim'],
])('amazonSes refuses %s', (_, keys, key) => {
  expect(() => read(keys)).toThrow(`default.${key}`);
});

test.each(['ap-northeast-1', 'us-gov-west-1', 'eusc-de-east-1'])(
  'amazonSes takes the region %s',
  (region) => {
    expect(read({ region })?.options).toMatchObject({ region });
  },
);

test('amazonSes takes a number as a tag', () => {
  expect(read({ tags: { year: 2026, cat: 'mi-chan' } })?.options).toEqual({
    tags: { year: '2026', cat: 'mi-chan' },
  });
});

const route = (region: string) => routeTo(25, { options: { region } });
const credential = (version: string) => ({ name: 'neko', version, username: 'AKIA', password: 'nyanko22' });

test('clientFor() keeps a client for a region and a version of a credential', () => {
  const { client } = clientFor(route('eu-west-1'), credential('1'));
  expect(clientFor(route('eu-west-1'), credential('1')).client).toBe(client);
  expect(clientFor(route('eu-west-2'), credential('1')).client).not.toBe(client);
  expect(clientFor(route('eu-west-1'), credential('2')).client).not.toBe(client);
  expect(clientFor(route('eu-west-1'), undefined).client).not.toBe(client);
});

test('clientFor() keeps the 20 that were used last', () => {
  const first = clientFor(route('eu-west-3'), credential('1')).client;
  const used = clientFor(route('eu-west-3'), credential('2')).client;
  for (let version = 3; version <= 21; version++) {
    clientFor(route('eu-west-3'), credential(String(version)));
    clientFor(route('eu-west-3'), credential('2'));
  }
  expect(clientFor(route('eu-west-3'), credential('2')).client).toBe(used);
  expect(clientFor(route('eu-west-3'), credential('1')).client).not.toBe(first);
});

test('forget() makes the next one new', () => {
  const kept = clientFor(route('eu-west-1'), undefined);
  forget(kept);
  expect(clientFor(route('eu-west-1'), undefined).client).not.toBe(kept.client);
});
