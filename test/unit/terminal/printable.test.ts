import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { printable, printableJson } from '../../../bin/terminal/printable.ts';
import { tell } from '../../../bin/terminal/tell.ts';

const STEERING = ['\x1b[2J', '\x9b31m', '\r', '\u202e', '\u2066', '\u061c', '\u2028', '\x7f'];

describe('printable()', () => {
  test.each(STEERING)('leaves nothing of %j that steers', (text) => {
    expect(printable(`a${text}b`)).toMatch(/^a [[\w]*b$/);
  });

  test('leaves lines, tabs and letters of all languages', () => {
    expect(printable('ねこ\tкот\nقط 😺')).toBe('ねこ\tкот\nقط 😺');
  });
});

describe('printableJson()', () => {
  test('escapes what steers, and loses nothing', () => {
    const text = printableJson({ steering: STEERING });
    expect(printable(text)).toBe(text);
    expect(JSON.parse(text)).toEqual({ steering: STEERING });
  });
});

describe('tell()', () => {
  test('writes a line on stderr that steers nothing', () => {
    const stderr = new PassThrough();
    tell({ stderr }, 'key\x1b[31m: red');
    expect(stderr.read().toString()).toBe('key [31m: red\n');
  });
});
