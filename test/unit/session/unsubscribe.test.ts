import { expect, test } from 'vitest';
import { parseUriList } from '../../../functions/mail/uri-list.ts';
import { checkHeader } from '../../../functions/session/header-values.ts';
import { MAIL, octets, world } from '../app/world.ts';

const HTTPS = '<https://example.jp/u?id=1>';
const ONE_CLICK = 'List-Unsubscribe=One-Click';
const reply = (fields: Record<string, string>) => checkHeader(new Map(Object.entries(fields)))?.reply;
const refused = (text: string | RegExp) => ({
  code: '554',
  dsn: '5.6.0',
  command: 'DATA',
  outcome: 'rejected',
  message: [typeof text === 'string' ? text : expect.stringMatching(text)],
});

test.each([
  ['<https://example.jp/u>', ['https://example.jp/u']],
  [
    '<mailto:u@example.jp?subject=a,b>,<https://example.jp/(u)>',
    ['mailto:u@example.jp?subject=a,b', 'https://example.jp/(u)'],
  ],
  [' \t<a:b> \t,\t <c+d.e-f:g>\t', ['a:b', 'c+d.e-f:g']],
  // RFC 2369 3.2 has a comment in its example
  [
    '(Use this to get off, \\) <x:y>) <mailto:l@example.jp> (or), (that) <x:z>()',
    ['mailto:l@example.jp', 'x:z'],
  ],
])('parseUriList() reads %j', (text, uris) => expect(parseUriList(text)).toEqual(uris));

test.each([
  '',
  'https://example.jp/u',
  '<https://example.jp/u',
  'https://example.jp/u>',
  '<>',
  '<example.jp/u>',
  '<//example.jp>',
  '<1x:y>',
  '<https:>',
  '<https://example.jp/a b>',
  '<https://example.jp/\x01>',
  '<https://例え.jp/>',
  '<https://example.jp/<u>>',
  '<a:b>,',
  ',<a:b>',
  '<a:b>,,<c:d>',
  '<a:b> <c:d>',
  '<a:b>; <c:d>',
  '<a:b> x',
  '(open <a:b>',
  '(open \\) <a:b>',
  '(退会) <a:b>',
])('parseUriList() finds no list in %j', (text) => expect(parseUriList(text)).toBeUndefined());

test.each(['(', '()', '(\\', '<', '<a:', '<a:b>', '<a:b>,', ' ', ',', '<a:b> '])(
  'parseUriList() takes linear time when 1 MB of %j come',
  (unit) => {
    const began = performance.now();
    parseUriList(unit.repeat(1_000_000 / unit.length));
    expect(performance.now() - began).toBeLessThan(1000);
  },
);

test.each([
  HTTPS,
  '<HTTPS://example.jp/u>',
  `<mailto:u@example.jp>, ${HTTPS}`,
  `${HTTPS} , <mailto:u@example.jp>, <ftp://example.jp>`,
  `(one click) ${HTTPS}`,
])('checkHeader() takes one-click when List-Unsubscribe is %s', (value) => {
  expect(reply({ 'list-unsubscribe': value, 'list-unsubscribe-post': ` ${ONE_CLICK} ` })).toBeUndefined();
  expect(reply({ 'list-unsubscribe-post': ONE_CLICK, 'list-unsubscribe': value })).toBeUndefined();
});

const NEEDS_HTTPS =
  'header.list-unsubscribe-post: expected header.list-unsubscribe to have one https URI in angle brackets, and no other of http or https (RFC 8058 3.1)';
test.each([
  undefined,
  '',
  ' ',
  '<mailto:u@example.jp>',
  '<http://example.jp/u>',
  `<http://example.jp/u>, ${HTTPS}`,
  `${HTTPS}, <https://example.jp/v>`,
  '<https:example.jp/u>',
  '<https:///u>',
  '<https://[::1/u>',
])('checkHeader() refuses one-click when List-Unsubscribe is %j', (value) => {
  const fields = {
    'list-unsubscribe-post': ONE_CLICK,
    ...(value !== undefined && { 'list-unsubscribe': value }),
  };
  expect(reply(fields)).toMatchObject(refused(NEEDS_HTTPS));
});

test.each([
  'One-Click',
  'list-unsubscribe=one-click',
  'List-Unsubscribe=One-Click; x=y',
  'List-Unsubscribe = One-Click',
  'List-Unsubscribe=One-Click\u00a0',
  '"List-Unsubscribe=One-Click"',
])('checkHeader() refuses List-Unsubscribe-Post when it is %j', (value) => {
  expect(reply({ 'list-unsubscribe': HTTPS, 'list-unsubscribe-post': value })).toMatchObject(
    refused('header.list-unsubscribe-post: expected "List-Unsubscribe=One-Click" (RFC 8058 3.1)'),
  );
});

test.each(['https://example.jp/u', '<https://example.jp/u', 'NO', `${HTTPS} 退会`])(
  'checkHeader() refuses List-Unsubscribe when it is %j: readers ignore it',
  (value) => {
    for (const post of [{}, { 'list-unsubscribe-post': ONE_CLICK }]) {
      expect(reply({ 'list-unsubscribe': value, ...post })).toMatchObject(
        refused(
          /^header\.list-unsubscribe: expected URIs in angle brackets, such as "<https.*\(RFC 2369 2\)$/,
        ),
      );
    }
  },
);

test('checkHeader() refuses List-Unsubscribe when a URI is longer than a line', () => {
  const uri = (length: number) => `https://example.jp/${'u'.repeat(length - 19)}`;
  // 998 octets hold a blank, the brackets and 995 of the URI
  for (const list of [`<${uri(995)}>`, `<mailto:u@example.jp>,<${uri(994)}>,<${uri(994)}>, <${uri(995)}>`]) {
    expect(reply({ 'list-unsubscribe': list })).toBeUndefined();
  }
  for (const list of [`<${uri(996)}>`, `<mailto:u@example.jp>,<${uri(996)}>`]) {
    expect(reply({ 'list-unsubscribe': list })).toMatchObject(
      refused('header.list-unsubscribe: a word or URI is too long for a line of 998 octets (RFC 5322 2.1.1)'),
    );
  }
});

/** The field as the mail has it, its lines unfolded (RFC 5322 2.2.3). */
async function written(header: Record<string, string>, name: string): Promise<string | undefined> {
  const { post, kept } = world();
  expect((await post({ ...MAIL, header: { ...MAIL.header, ...header } })).status).toBe(200);
  const mail = octets(kept[0] as never);
  for (const line of mail.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  return new RegExp(`^${name}:.*(?:\\r\\n[ \\t].*)*`, 'm').exec(mail)?.[0];
}

test('answer() writes both fields with these names, one click on one line', async () => {
  const header = {
    'LIST-UNSUBSCRIBE': `${HTTPS},<mailto:u@example.jp>`,
    'list-unsubscribe-POST': ` ${ONE_CLICK}`,
  };
  expect(await written(header, 'List-Unsubscribe')).toBe(`List-Unsubscribe: ${HTTPS}, <mailto:u@example.jp>`);
  expect(await written(header, 'List-Unsubscribe-Post')).toBe(`List-Unsubscribe-Post: ${ONE_CLICK}`);
});

test.each([40, 75, 76, 77, 300, 950, 979, 980, 994])(
  'answer() folds a list between its URIs and never within one when they have %i octets',
  async (length) => {
    const uris = ['a', 'b', 'c'].map((letter) => `<https://example.jp/${letter.repeat(length - 19)}>`);
    for (const comma of [',', ', ', ' ,\t']) {
      const field = await written({ 'list-unsubscribe': uris.join(comma) }, 'List-Unsubscribe');
      expect(field?.replaceAll('\r\n', '')).toBe(`List-Unsubscribe: ${uris.join(', ')}`);
      for (const uri of uris) expect(field).toContain(uri);
    }
  },
);

test('answer() leaves a list of its own kind as it is', async () => {
  const header = { 'list-post': 'NO (posting not allowed)', 'list-id': '猫の会 <neko.example.jp>' };
  expect(await written(header, 'List-Post')).toBe('List-Post: NO (posting not allowed)');
  expect(await written(header, 'List-Id')).toMatch(/^List-Id: =\?UTF-8\?B\?\S+\?= <neko\.example\.jp>$/);
});
