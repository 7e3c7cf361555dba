import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../functions/mail/address.ts';
import { traceRoute } from '../../../functions/route/trace.ts';
import { buildTables } from '../../../functions/tables/tables.ts';
import { known } from '../known.ts';

const trace = (mailertable: object, sendermt: object, to: string, from: string) =>
  traceRoute(addressOf(to), addressOf(from) ?? null, buildTables({ mailertable, sendermt }, known()));
const looks = (...given: Parameters<typeof trace>) =>
  trace(...given).map(({ table, key, result }) => [table, key, result].join(' '));

const TO = 'neko@Example.org';
const FROM = 'kijitora@example.jp';

describe('traceRoute()', () => {
  test("tells every look in routeFor()'s order, and looks no further than the match", () => {
    expect(
      looks({ 'example.org': { port: 1 }, default: { port: 2 } }, { 'example.jp': { port: 3 } }, TO, FROM),
    ).toEqual([
      'mailertable example.org matched',
      'sendermt example.jp not looked at',
      'mailertable default not looked at',
      ' 127.0.0.1:25 not looked at',
    ]);
    expect(looks({ default: { port: 2 } }, { 'example.jp': { port: 3 } }, TO, FROM)).toEqual([
      'mailertable example.org absent',
      'sendermt example.jp matched',
      'mailertable default not looked at',
      ' 127.0.0.1:25 not looked at',
    ]);
    expect(looks({ default: { port: 2 } }, {}, TO, FROM)).toEqual([
      'mailertable example.org absent',
      'sendermt example.jp absent',
      'mailertable default matched',
      ' 127.0.0.1:25 not looked at',
    ]);
  });

  test('tells of a disabled entry, and goes on to the last resort', () => {
    const off = { port: 1, disabled: 1 };
    expect(looks({ 'example.org': off, default: off }, { 'example.jp': off }, TO, FROM)).toEqual([
      'mailertable example.org disabled',
      'sendermt example.jp disabled',
      'mailertable default disabled',
      ' 127.0.0.1:25 matched',
    ]);
  });

  test('says why of each look', () => {
    expect(
      trace({ default: { port: 2, disabled: 1 } }, { 'example.jp': { port: 3 } }, TO, FROM),
    ).toMatchObject([
      { why: "mailertable has no entry for the recipient's domain" },
      { why: "sendermt has an entry for the sender's domain" },
      { why: "'example.jp' in sendermt has matched" },
      { why: "'example.jp' in sendermt has matched" },
    ]);
    expect(trace({ default: { port: 2, disabled: 1 } }, {}, TO, FROM).slice(2)).toMatchObject([
      { why: 'the entry has disabled: 1, and counts as absent' },
      { why: 'no table says anything: an SMTP server on this machine' },
    ]);
    expect(trace({}, {}, TO, FROM)[2]).toMatchObject({
      why: 'mailertable has no entry for mail that no other entry matches',
    });
  });

  test('does not look sendermt up for a sender that is no address', () => {
    expect(trace({}, {}, TO, '')[1]).toEqual({
      table: 'sendermt',
      key: null,
      result: 'not looked at',
      why: 'the sender is no address',
    });
  });

  test('does not take the key default for a domain', () => {
    const steps = trace({ default: { port: 1 } }, { default: { port: 2 } }, 'neko@default', 'neko@default');
    expect(steps).toMatchObject([
      { key: null, result: 'not looked at', why: expect.stringContaining("'default' is no domain") },
      { key: null, result: 'not looked at', why: expect.stringContaining("'default' is no domain") },
      { key: 'default', result: 'matched' },
      { result: 'not looked at' },
    ]);
  });

  test('looks nothing up for a recipient that is no address', () => {
    for (const step of trace({ default: { port: 1 } }, {}, 'neko', FROM)) {
      expect(step).toMatchObject({ result: 'not looked at', why: 'the recipient is no address' });
    }
  });
});
