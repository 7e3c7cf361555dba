import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mailSource } from '../../../functions/relay/esmtp/mail-source.ts';

describe('mailSource()', () => {
  test('mailSource() gives the octets of its parts, and asks once before the last chunk', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(300_000), fc.nat(300_000), async (head, body) => {
        const parts = [Buffer.alloc(head + 1, 'h'), Buffer.alloc(body, 'b')];
        let asked = 0;
        const chunks: Buffer[] = [];
        for await (const chunk of mailSource(parts, () => {
          asked += 1;
          return true;
        })) {
          expect(asked).toBeLessThan(2);
          chunks.push(chunk as Buffer);
        }
        expect(asked).toBe(1);
        expect(Buffer.concat(chunks).equals(Buffer.concat(parts))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('mailSource() does not end, and keeps its last chunk, where release says no', async () => {
    const chunks: Buffer[] = [];
    let ended = false;
    await new Promise<void>((resolve) => {
      const source = mailSource([Buffer.alloc(100_000)], () => {
        setImmediate(resolve);
        return false;
      });
      source
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          ended = true;
        });
    });
    expect([ended, Buffer.concat(chunks).length]).toEqual([false, 64 * 1024]);
  });
});
