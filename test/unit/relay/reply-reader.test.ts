import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replyReader } from '../../../functions/relay/esmtp/reply-reader.ts';
import { anyText } from '../any-text.ts';

const readAll = (...chunks: (string | Uint8Array)[]) => {
  const reader = replyReader();
  return chunks.flatMap((chunk) => reader.read(Buffer.from(chunk as string)));
};

describe('replyReader()', () => {
  test('read() gives replies of one and of several lines, as they are completed', () => {
    expect(readAll('220 mx ESMTP\r\n250-mx\r\n250-SI', 'ZE 10\r\n250 DSN\r', '\n55')).toEqual([
      { code: '220', dsn: null, message: ['mx ESMTP'] },
      { code: '250', dsn: null, message: ['mx', 'SIZE 10', 'DSN'] },
    ]);
  });

  test('read() takes a bare code, a bare LF, and empty lines between replies', () => {
    expect(readAll('250\n\r\n\n354 \r\n')).toEqual([
      { code: '250', dsn: null, message: [''] },
      { code: '354', dsn: null, message: [''] },
    ]);
  });

  test('read() takes no flood of empty lines, each of which costs the others a turn', () => {
    expect(readAll(`${'\r\n'.repeat(100)}250 Ok\r\n`)).toMatchObject([{ code: '250' }]);
    expect(readAll('\r\n'.repeat(60), '250 Ok\r\n', '\r\n'.repeat(60))).toMatchObject([{ code: '250' }]);
    expect(readAll('\r\n'.repeat(101))).toEqual([{ garbage: 'empty lines' }]);
  });

  test('read() finds the enhanced status code', () => {
    expect(readAll('550 5.1.1 Unknown\r\n')).toEqual([
      { code: '550', dsn: '5.1.1', message: ['5.1.1 Unknown'] },
    ]);
  });

  test.each([
    ['no code', 'hello\r\n'],
    ['a code of two digits', '25 Ok\r\n'],
    ['a code of four digits', '2500 Ok\r\n'],
    ['a code of none of the five classes', '650 Ok\r\n'],
    ['a preliminary code', '150 Wait\r\n'],
    ['two codes in one reply', '250-Ok\r\n550 No\r\n'],
    ['an empty line in a reply', '250-Ok\r\n\r\n250 Ok\r\n'],
    ['a line of 9 KB', `250 ${'x'.repeat(9000)}\r\n`],
    ['9 KB without an end', `250 ${'x'.repeat(9000)}`],
    ['a reply of 70 KB', '250-and so on\r\n'.repeat(5600)],
  ])('read() calls %s garbage, and reads no further', (_what, text) => {
    const items = readAll(text, '250 Ok\r\n');
    expect(items).toHaveLength(1);
    expect(items[0]).toHaveProperty('garbage');
  });

  test('read() reads UTF-8, also cut within a character, and else octet by octet', () => {
    const cat = Buffer.from('250 ねこ\r\n');
    expect(readAll(cat.subarray(0, 6), cat.subarray(6))).toMatchObject([{ message: ['ねこ'] }]);
    expect(readAll(Buffer.from('250 caf\xe9\r\n', 'latin1'))).toMatchObject([{ message: ['café'] }]);
  });

  test('read() leaves out control characters and what turns the direction of text', () => {
    expect(readAll('250 a\x1b[2J\x07b\tc\x00\u0085\u202ed\r\n')).toMatchObject([{ message: ['a[2Jb cd'] }]);
  });

  test('read() gives the same however the octets are cut, and never a control character', () => {
    const line = fc.oneof(
      fc.constantFrom('250 Ok', '250-Ok', '550 5.1.1 No', '', '354', '\x1b[1m', '250 にゃ'),
      anyText(),
    );
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(40)), (lines, cuts) => {
        const octets = Buffer.from(lines.join('\r\n'));
        const reader = replyReader();
        const items = [];
        let at = 0;
        for (const cut of cuts) {
          items.push(...reader.read(octets.subarray(at, at + cut)));
          at += cut;
        }
        items.push(...reader.read(octets.subarray(at)));
        expect(items).toEqual(readAll(octets));
        const told = items.flatMap((item) => ('garbage' in item ? [item.garbage] : item.message));
        expect(told.join('')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
