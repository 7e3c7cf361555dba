import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMailboxes } from '../../../functions/mail/mailboxes.ts';

function mailboxesOf(text: string): string[] | string {
  const parsed = parseMailboxes(text);
  return 'fault' in parsed ? parsed.fault : parsed.mailboxes.map(({ name, address }) => `${name}|${address}`);
}

test.each([
  ['neko@example.jp', ['|neko@example.jp']],
  ['<neko@example.jp>', ['|neko@example.jp']],
  ['キジトラ <neko@example.jp>', ['キジトラ|neko@example.jp']],
  ['太郎　山田 <neko@example.jp>', ['太郎　山田|neko@example.jp']],
  ['"Neko, the \\"Cat\\"" <neko@example.jp>', ['Neko, the "Cat"|neko@example.jp']],
  ['John Q. Public <j@example.org>', ['John Q. Public|j@example.org']],
  ['neko@example.jp <neko@example.jp>', ['neko@example.jp|neko@example.jp']],
  ['[Ticket] Desk <d@example.org>', ['[Ticket] Desk|d@example.org']],
  ['neko@example.jp (Kiji (the) Tora)', ['Kiji (the) Tora|neko@example.jp']],
  ['a@example.org,, "b" <b@example.org> ,', ['|a@example.org', 'b|b@example.org']],
  ['"a b"@example.org', ['|"a b"@example.org']],
  ['x <"a>b"@example.org>', ['x|"a>b"@example.org']],
  ['a@[192.0.2.1]', ['|a@[192.0.2.1]']],
  ['猫 <neko@例え.jp>', ['猫|neko@xn--r8jz45g.jp']],
  ['=?UTF-8?Q?a,b?= <a@example.org>', ['=?UTF-8?Q?a,b?=|a@example.org']],
  [
    'Cats: a@example.org, B <b@example.org>;, c@example.org',
    ['|a@example.org', 'B|b@example.org', '|c@example.org'],
  ],
  ['undisclosed-recipients:;', []],
  ['Nobody: (none) ;', []],
])('parseMailboxes() reads %s', (text, expected) => {
  expect(mailboxesOf(text)).toEqual(expected);
});

test.each(['山田@example.jp', '山田 <山田@例え.jp>', 'a@例え.jp/x', 'a@例.jp?y'])(
  'parseMailboxes() finds non-ascii in %s',
  (text) => expect(mailboxesOf(text)).toBe('non-ascii'),
);

test.each([
  '',
  ' , ',
  '(only a comment)',
  'neko',
  '猫',
  '<>',
  'a b@example.org',
  'a@ex ample.org',
  'Foo, Inc. <a@example.org>',
  'a <b <c@example.org>>',
  'a <b@example.org> c',
  'a@example.org; b@example.org',
  'Cats: a@example.org',
  'Cats: Dogs: a@example.org;;',
  ': a@example.org;',
  '"open <a@example.org>',
  '(open a@example.org',
  'a@example.org\r\nBcc: b@example.org',
  'a\0 <a@example.org>',
  '<@relay.example.org:a@example.org>',
  'a@example.org>',
])('parseMailboxes() finds no list in %j', (text) => {
  expect(mailboxesOf(text)).toBe('none');
});

test.each(['"', '(', '()', '<', 'a', ' ', ',', '=?', '=?a?q?b', '\\', '[', 'a:', 'a@b.c,', '"\\'])(
  'parseMailboxes() takes linear time when 100 KB of %j come',
  (unit) => {
    const text = unit.repeat(100_000 / unit.length);
    const began = performance.now();
    parseMailboxes(text);
    parseMailboxes(`${text} <a@example.org>`);
    expect(performance.now() - began).toBeLessThan(2000);
  },
);

const atext = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,12}$/);
const fewOf = fc.array(atext, { maxLength: 3 }).map((words) => words.join(' '));
const almostPlain = fc
  .tuple(
    fewOf,
    fc.constantFrom(' <', '<', ''),
    atext,
    fc.constantFrom('@', '@@', ''),
    atext,
    fc.constantFrom('>', ''),
  )
  .map((parts) => parts.join(''));

test('property: parseMailboxes() reads one plain mailbox as it reads all others', () => {
  fc.assert(
    fc.property(almostPlain, (text) => {
      // a blank at the end says nothing, and is not plain
      expect(parseMailboxes(text)).toEqual(parseMailboxes(`${text} `));
    }),
    { numRuns: 3000 },
  );
});
