import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRequestBody } from '../../../functions/session/request-body.ts';
import { readSubmission } from '../../../functions/session/submission.ts';
import { anyText } from '../any-text.ts';

const value = async (body: string | Uint8Array) => {
  const read = await readRequestBody(body);
  return 'value' in read ? read.value : read.refused.reply.message.at(-1);
};

describe('readRequestBody()', () => {
  test('takes nothing, blanks and null as an empty mapping', async () => {
    for (const body of ['', '  ', '\n', 'null', '\uFEFF']) expect(await value(body)).toEqual({});
  });

  test.each([
    '{ neko',
    '}',
    '[1,2]',
    '"string"',
    '{"a":1}{"b":2}',
    '{"a":1} xxx',
    '1',
    'a: !!js/function x',
    'a: 1\n---\nb: 2\n',
  ])('refuses %s', async (body) => {
    expect(await readRequestBody(body)).toMatchObject({
      refused: {
        status: 400,
        reply: { code: '421', message: ['Malformed JSON string', expect.any(String)] },
      },
    });
  });

  test('decodes \\u escapes, which the original does not', async () => {
    expect(await value('{"a":"\\u732b\\ud83d\\ude38"}')).toEqual({ a: '猫😸' });
  });

  test('keeps __proto__ and the like as data', async () => {
    for (const body of ['{"__proto__":{"ehlo":"x"}}', '{__proto__:{ehlo:"x"}}', '__proto__: {ehlo: x}\n']) {
      const read = await value(body);
      expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
      expect((read as { ehlo?: unknown }).ehlo).toBeUndefined();
    }
  });

  test('does not blow up on aliases, depth, or size', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 20 }, (_, at) => `b${at}: &b${at} [*a,*a,*a,*a,*a,*a,*a,*a,*a]`).join('\n')}`;
    expect(await value(bomb)).toContain('expected JSON');
    expect(await value(`a: ${'['.repeat(10_000)}`)).toContain('expected JSON');
    expect(await value(`{a:${'['.repeat(10_000)}`)).toContain('expected JSON');
    expect(await value(`{a: "${'x'.repeat(1_100_000)}"}`)).toContain('1048576 bytes');
  });

  test('reads the largest relaxed mail in well under a second', async () => {
    const body = `{ehlo: "[127.0.0.1]", body: "${'猫\\n'.repeat(340_000)}"}`;
    const begun = Date.now();
    expect(await value(body)).toMatchObject({ ehlo: '[127.0.0.1]' });
    expect(Date.now() - begun).toBeLessThan(3000);
  });

  test('crashes on no input', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          anyText(),
          fc.uint8Array(),
          fc.json().map((text) => text.replaceAll('"', '')),
        ),
        async (body) => {
          const read = await readRequestBody(body);
          if ('value' in read) readSubmission(read.value, true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('readSubmission()', () => {
  test('crashes on no mapping, and gives only texts', () => {
    const names = fc.constantFrom(
      'ehlo',
      'helo',
      'mail',
      'send',
      'from',
      'rcpt',
      'recv',
      'to',
      'header',
      'body',
      'html',
      'attachments',
      '__proto__',
    );
    fc.assert(
      fc.property(
        fc.dictionary(names, fc.oneof(fc.anything(), fc.string(), fc.dictionary(fc.string(), fc.string()))),
        fc.boolean(),
        (document, lenient) => {
          const read = readSubmission(document, lenient);
          if ('refused' in read) return;
          const { ehlo, mail, rcpt = [], header, content } = read.value;
          for (const text of [ehlo, mail, content.text, content.html])
            expect(['string', 'undefined']).toContain(typeof text);
          expect([...rcpt, ...header.values()].every((each) => typeof each === 'string')).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
