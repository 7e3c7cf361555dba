import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../functions/app/context.ts';
import { heedPage } from '../../../functions/app/foreign-page.ts';
import { NO_ORIGINS, readOrigins } from '../../../functions/app/origins.ts';
import { basic, world } from './world.ts';

const OWN = ['https://api.example.jp'];
const PERMITTED = readOrigins('https://www.example.com, https://shop.example.com');
const USER = basic('haineko', 'kijitora');

const REQUEST: HttpRequest = {
  method: 'POST',
  path: '/submit',
  headers: {},
  body: '',
  remote: { address: '192.0.2.1', port: null },
  deadline: 0,
};

/** What counts of a request with these headers: its address, its password. */
function counts(headers: Record<string, string>, origins = NO_ORIGINS, method = 'POST'): string[] {
  const request = { ...REQUEST, method, headers: { ...headers, ...USER } };
  const heeded = heedPage(request, OWN, origins);
  return [heeded.foreign ? [] : 'address', heeded.headers['authorization'] ? 'password' : []].flat();
}
const ALL = ['address', 'password'];

describe('heedPage()', () => {
  test.each([
    ['a program', {}, ALL],
    ['the own page', { origin: 'https://api.example.jp', 'sec-fetch-site': 'same-origin' }, ALL],
    ['an address that somebody typed', { 'sec-fetch-site': 'none' }, ALL],
    ['another page', { origin: 'https://evil.example' }, []],
    ['another page of the same site', { origin: 'https://x.example.jp', 'sec-fetch-site': 'same-site' }, []],
    ['a link', { 'sec-fetch-site': 'cross-site' }, []],
    ['a link of the same site', { 'sec-fetch-site': 'same-site' }, []],
    ['a sandboxed page', { origin: 'null' }, []],
    ['the own name without TLS', { origin: 'http://api.example.jp' }, []],
    ['the own name at another port', { origin: 'https://api.example.jp:8443' }, []],
    ['a name that begins like the own', { origin: 'https://api.example.jp.evil.example' }, []],
    ['a name that ends like the own', { origin: 'https://evil-api.example.jp' }, []],
    ['two origins', { origin: 'https://api.example.jp, https://evil.example' }, []],
    ['an empty origin', { origin: '' }, []],
    [
      'what came by way of another site',
      { origin: 'https://api.example.jp', 'sec-fetch-site': 'cross-site' },
      [],
    ],
  ])('knows %s', (_, headers, expected) => {
    expect(counts(headers)).toEqual(expected);
  });

  test('takes a page of an origin that is named as any client', () => {
    expect(counts({ origin: 'https://www.example.com', 'sec-fetch-site': 'cross-site' }, PERMITTED)).toEqual(
      ALL,
    );
    expect(counts({ origin: 'https://SHOP.example.com' }, PERMITTED)).toEqual(ALL);
    for (const origin of [
      'http://www.example.com',
      'https://example.com',
      'https://www.example.com.evil.example',
    ])
      expect(counts({ origin }, PERMITTED)).toEqual([]);
    expect(counts({ 'sec-fetch-site': 'cross-site' }, PERMITTED)).toEqual([]);
  });

  test('takes the password alone of a page that only * permits', () => {
    const both = readOrigins('*, https://www.example.com');
    const json = { 'content-type': 'application/json; charset=utf-8' };
    expect(counts({ origin: 'https://evil.example', ...json }, both)).toEqual(['password']);
    expect(counts({ origin: 'null', ...json }, both)).toEqual(['password']);
    expect(counts({ origin: 'https://www.example.com' }, both)).toEqual(ALL);
    expect(counts({ origin: 'https://api.example.jp' }, both)).toEqual(ALL);
    const tls = readOrigins('https://*');
    expect(counts({ origin: 'https://evil.example', ...json }, tls)).toEqual(['password']);
    expect(counts({ origin: 'http://evil.example', ...json }, tls)).toEqual([]);
    expect(counts({ 'sec-fetch-site': 'cross-site' }, tls)).toEqual([]);
  });

  test('takes no password of such a page where the browser adds it without having asked', () => {
    const any = readOrigins('*');
    // what a form sends, and a script in mode no-cors
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonx',
    ])
      expect(counts({ origin: 'https://evil.example', 'content-type': type }, any)).toEqual([]);
    expect(counts({ origin: 'https://evil.example' }, any)).toEqual([]);
    // what it reads stays unread: CORS permits no remembered passwords
    for (const method of ['GET', 'HEAD'])
      expect(counts({ origin: 'https://evil.example' }, any, method)).toEqual(['password']);
  });

  test('leaves a request that is foreign already foreign', () => {
    expect(heedPage({ ...REQUEST, foreign: true }, OWN).foreign).toBe(true);
  });
});

describe('readOrigins()', () => {
  test('is none where there is no text', () => {
    for (const text of [undefined, '', ' , ']) expect(readOrigins(text)).toEqual(NO_ORIGINS);
  });

  test.each([
    'null',
    'www.example.com',
    'https://www.example.com/',
    'https://*.example.com',
    'https://www.example.com:443',
    'https://猫.example',
    'https://a.example https://b.example',
    'https://neko@example.com',
  ])('refuses %j, naming it', (text) => {
    expect(() => readOrigins(`https://www.example.com,${text}`)).toThrow(
      `HAINEKO_ORIGINS: expected an origin`,
    );
    expect(() => readOrigins(text)).toThrow(`got ${text}`);
  });
});

describe('answer(), to a page of another site', () => {
  const evil = (headers: Record<string, string>, principal?: string) => {
    const { ask } = world({ password: { haineko: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn', [MIKE]: {} } });
    const made = heedPage(
      {
        method: 'POST',
        path: '/submit',
        headers: { origin: 'https://evil.example', ...headers },
        body: '',
        remote: { address: '192.0.2.1', port: null },
        ...(principal !== undefined && { principal }),
        deadline: 0,
      },
      OWN,
    );
    const { body: _body, deadline: _deadline, ...asked } = made;
    return ask(asked);
  };
  const MIKE = 'arn:aws:iam::123456789012:user/mike';

  test('from a permitted address is a refusal, with a right password too', async () => {
    expect((await evil({})).status).toBe(403);
    expect((await evil(USER)).status).toBe(403);
  });

  test('is nothing else where the request is signed', async () => {
    expect((await evil({}, MIKE)).status).toBe(200);
  });
});
