import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../../../infra/tables/lines.ts';

/** A text in which a comment `# <- path` stands on the line that the path must have. */
function marked(text: string): [path: string, line: number][] {
  return text.split(/\r\n|\n|\r/).flatMap((line, at): [string, number][] => {
    const paths = /# <- (.*)$/.exec(line)?.[1];
    return (paths?.split(' & ') ?? []).map((path) => [path, at + 1]);
  });
}

const MAPPINGS = `
# a comment: with a colon
default:                 # <- default & default.port & default.fallback.x
  mailer: 'AmazonSES'    # <- default.mailer

example.com:             # <- example.com & example.com.host
  # port: 1
  port: neko             # <- example.com.port
com: { x: 1,             # <- com & com.x
  y: 2, 'z':             # <- com.y & com.z
    3 }
"quoted.jp": { port: 1 } # <- quoted.jp & quoted.jp.port
'it''s.jp':              # <- it's.jp
  auth: Cat              # <- it's.jp.auth
"\\u732b.jp":            # <- 猫.jp & xn--z7x.jp
  host: |                # <- 猫.jp.host & xn--z7x.jp.host
    example.com:
      port: 25
日本.jp: {mailer: MX}    # <- 日本.jp.mailer
Upper.Example.: { a: 1 } # <- Upper.Example..a & upper.example.a
0x19: a                  # <- 25
~: a                     # <- null
? long.key               # <- long.key
: port: 1                # <- long.key.port
`;

const DOTS = `
a:            # <- a & a.c
  b:          # <- a.b.x & a.b
    c: 1      # <- a.b.c
b.c: 1        # <- b.c
b:            # <- b.x
  c.d: 1      # <- b.c.d
  c: 1
b.c.e:        # <- b.c.e & b.c.e.f
  - 1         # <- b.c.e[0]
`;

const LISTS = `
relayhosts:              # <- relayhosts & relayhosts[5] & relayhosts[3]
  - 127.0.0.1            # <- relayhosts[0]
  # - 192.0.2.1
  -                      # its value is on the next line
    '::1'                # <- relayhosts[1]
  - { a: 1,              # <- relayhosts[2] & relayhosts[2].a
      b: [ x, y,         # <- relayhosts[2].b & relayhosts[2].b[1]
           z ] }         # <- relayhosts[2].b[2]
  -
fallback: [ a,           # <- fallback & fallback[0]
  b ]                    # <- fallback[1]
`;

const ANCHORS = `
base: &base              # <- base
  port: neko             # <- base.port & other.port
  list: &list [ 1,       # <- other.list & other.list[0]
    2 ]                  # <- other.list[1] & third[1]
other: *base             # <- other & other.host
third: *list             # <- third
round: &round            # <- round
  again: *round          # <- round.again & round.again.again.again
`;

const JSON_TEXT = `{
  "example.com": { "port": "neko",
    "host": "a.test",
    "\\u0061uth": "Cat" },
  "recipients": [
    "a",
    "b"
  ]
}`;

describe('linesOf()', () => {
  test.each([
    ['mappings', MAPPINGS],
    ['keys with dots', DOTS],
    ['lists', LISTS],
    ['anchors', ANCHORS],
  ])('finds the keys of %s', (_, text) => {
    const expected = marked(text);
    expect(expected.length).toBeGreaterThan(8);
    for (const ends of ['\n', '\r\n', '\r']) {
      const lineOf = linesOf('mailertable', text.replaceAll('\n', ends));
      expect(expected.map(([path]) => [path, lineOf(path)])).toEqual(expected);
    }
  });

  test('finds the keys of JSON, tabs and escapes too', () => {
    for (const text of [JSON_TEXT, JSON_TEXT.replaceAll('  ', '\t')]) {
      const lineOf = linesOf('mailertable', text);
      const lines = ['example.com.port', 'example.com.host', 'example.com.auth', 'recipients[1]'].map(lineOf);
      expect(lines).toEqual([2, 3, 4, 7]);
      expect(lineOf('recipients[2]')).toBe(5);
    }
    expect(linesOf('t', JSON.stringify({ a: { b: 1 } }))('a.b')).toBe(1);
  });

  test.each([
    ['nothing', ''],
    ['comments', '# a\n\n# b\n'],
    ['a marker', '---\n'],
    ['null', '# a\n~\n'],
    ['a text', '# a\nneko\n'],
  ])('has the first line for every key of a document of %s', (_, text) => {
    expect(['', 'hostname', 'a.b[2]'].map(linesOf('haineko.cf', text))).toEqual([1, 1, 1]);
  });

  test('has the first line for a key that should stand at the top', () => {
    const lineOf = linesOf('mailertable', '# a\n\nneko.test: { port: 1 }\n');
    expect([lineOf('default'), lineOf(''), lineOf('neko')]).toEqual([1, 1, 1]);
  });

  test('looks under smtpd, where the original has all of haineko.cf', () => {
    const text = '# a\nsmtpd:\n  max_workers: 4\n  milter:\n    conn: [x]\nrequire_auth: 2\n\n---\n';
    const lineOf = linesOf('haineko.cf', text);
    expect(['max_workers', 'milter.conn[0]', 'require_auth', 'hostname'].map(lineOf)).toEqual([3, 5, 6, 2]);
    expect(linesOf('mailertable', text)('max_workers')).toBe(1);
  });

  test('takes of a key that stands there twice the last one, which is the one that JSON.parse takes', () => {
    expect(linesOf('t', '{ "a": 1,\n"a": 2 }')('a')).toBe(2);
    // two spellings of a domain are two keys
    const lineOf = linesOf('mailertable', 'Neko.test: 1\nneko.test: 2\nNEKO.test: 3\n');
    expect(['Neko.test', 'neko.test', 'NEKO.test'].map(lineOf)).toEqual([1, 2, 3]);
  });

  test('knows no line of what is neither YAML nor JSON', () => {
    for (const text of ['a: [\n', 'a: b: c\n', '{ "a": ', '\0']) {
      expect(linesOf('t', text)('a'), text).toBeUndefined();
    }
  });

  test('does not hang on aliases that lead back to themselves', () => {
    const text = 'a: &a\n  a: *a\n  a.a: *a\n';
    expect(linesOf('t', text)(`${'a.'.repeat(20)}b`)).toBeGreaterThan(0);
  });

  test('is quick with tables of thousands of entries', () => {
    const keys = Array.from({ length: 20_000 }, (_, at) => `cat-${at}.test`);
    const began = performance.now();
    const lineOf = linesOf('mailertable', keys.map((key) => `${key}: { port: 25 }\n`).join(''));
    expect(keys.every((key, at) => lineOf(`${key}.port`) === at + 1)).toBe(true);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('has a line of the text for any path of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab.:[]{} \n-"#&*1') }), fc.string(), (text, path) => {
        const line = linesOf('mailertable', text)(path) ?? 1;
        return line >= 1 && line <= text.split('\n').length;
      }),
    );
  });
});
