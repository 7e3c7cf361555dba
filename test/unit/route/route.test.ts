import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../functions/mail/address.ts';
import { fallbackNames, fallbackWay, routeFor, routeKeys } from '../../../functions/route/route.ts';
import { buildTables } from '../../../functions/tables/tables.ts';
import { known } from '../known.ts';

const address = (text: string) => addressOf(text) as NonNullable<ReturnType<typeof addressOf>>;
const way = (
  mailertable: object,
  sendermt: object,
  to = 'a@example.org',
  from: string | null = 'b@example.jp',
) =>
  routeFor(
    address(to),
    from === null ? null : address(from),
    buildTables({ mailertable, sendermt }, known()),
  );
const port = (...given: Parameters<typeof way>) => way(...given).route.port;

const both = { default: { port: 1 }, 'example.org': { port: 2 } };

describe('routeFor()', () => {
  test("asks the recipient's domain, the sender's, default, in this order", () => {
    expect(port(both, { 'example.jp': { port: 3 } })).toBe(2);
    expect(port(both, { 'example.jp': { port: 3 } }, 'a@example.net')).toBe(3);
    expect(port(both, { 'example.com': { port: 3 } }, 'a@example.net')).toBe(1);
    expect(port({}, {})).toBe(25);
  });

  test('counts a disabled entry as absent, the default too', () => {
    expect(port({ ...both, 'example.org': { port: 2, disabled: 1 } }, { 'example.jp': { port: 3 } })).toBe(3);
    expect(port(both, { 'example.jp': { port: 3, disabled: 1 } }, 'a@example.net')).toBe(1);
    expect(port({ default: { port: 1, disabled: 1 } }, {})).toBe(25);
  });

  test("ignores a domain's case, and matches no subdomain", () => {
    expect(port(both, {}, 'a@EXAMPLE.ORG')).toBe(2);
    expect(port(both, {}, 'a@sub.example.org')).toBe(1);
  });

  test('takes x@default for an address like any other: the key is no domain', () => {
    expect(port({ default: { port: 1 } }, { 'example.jp': { port: 3 } }, 'x@default')).toBe(3);
    expect(port({ default: { port: 1 } }, { default: { port: 3 } }, 'a@example.net', 'x@default')).toBe(1);
  });

  test('asks no sendermt for a null sender', () => {
    expect(port({ default: { port: 1 } }, { 'example.jp': { port: 3 } }, 'a@example.net', null)).toBe(1);
    expect(routeKeys([address('a@example.org'), address('b@example.ORG')], null)).toEqual({
      mailertable: ['example.org', 'default'],
      sendermt: [],
    });
  });
});

describe('routeFor() and its fallbacks', () => {
  const tables = {
    default: { port: 1, fallback: ['BACKUP', 'default', 'backup', 'last'] },
    backup: { port: 2, fallback: ['default'] },
    last: { port: 3, disabled: 1 },
  };

  test('names the entry that it found', () => {
    expect(way(both, {}).entry).toBe('example.org');
    expect(way({}, { 'example.jp': { port: 3 } }).entry).toBe('sendermt/example.jp');
    expect(way(both, {}, 'a@example.net').entry).toBe('default');
    expect(way({}, {}).entry).toBe(null);
  });

  test('fallbackNames() names each entry once, and never the one that failed', () => {
    expect(fallbackNames(way(tables, {}))).toEqual(['backup', 'last']);
    // an entry of sendermt may be called as one of mailertable
    const sendermt = { backup: { port: 4, fallback: ['backup'] } };
    expect(fallbackNames(way(tables, sendermt, 'a@example.net', 'b@backup'))).toEqual(['backup']);
  });

  test('fallbackWay() finds an entry, a disabled one as little as an absent one', () => {
    const built = buildTables({ mailertable: tables }, known());
    expect(fallbackWay('backup', built)).toMatchObject({ entry: 'backup', route: { port: 2 } });
    expect(fallbackWay('default', built)).toMatchObject({ entry: 'default', route: { port: 1 } });
    expect(fallbackWay('last', built)).toBeUndefined();
    expect(fallbackWay('nowhere', built)).toBeUndefined();
  });
});
