import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../functions/tables/document.ts';

describe('readDocument()', () => {
  test.each([
    ['hostname: a.example\n---\n', 'hostname: a.example'],
    ['hostname: a.example\n---\n# a comment\n\n  # another\n', 'and comments after the marker'],
    ['hostname: a.example\n--- # a comment', 'and one beside it, without a line end'],
  ])('reads %j, which ends with the marker of a document that never comes (%s)', async (text) => {
    expect(await readDocument('haineko.cf', text)).toEqual({ hostname: 'a.example' });
  });

  test('reads a line of # after a marker at once', async () => {
    const text = `# the server\n---\n${'#'.repeat(100_000)}\nhostname: a.example\n`;
    const begun = performance.now();
    expect(await readDocument('haineko.cf', text)).toEqual({ hostname: 'a.example' });
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
