import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pour } from '../../../functions/relay/esmtp/pour.ts';

/** Pours a mail; what was written of it until `release` was asked, and after it. */
async function poured(parts: readonly Uint8Array[], says = true, goingFor = 100) {
  const before: Uint8Array[] = [];
  const after: Uint8Array[] = [];
  let asked = 0;
  await new Promise<void>((resolve) => {
    const write = (octets: Uint8Array, gone?: () => void) => {
      (asked > 0 ? after : before).push(octets);
      if (before.length === goingFor) setImmediate(resolve);
      gone?.();
    };
    const release = () => {
      asked += 1;
      setImmediate(resolve);
      return says;
    };
    pour(write, parts, () => before.length < goingFor, release);
    // nothing before a turn of the event loop
    expect([before, after, asked]).toEqual([[], [], 0]);
  });
  return { before: Buffer.concat(before), after: Buffer.concat(after), writes: after.length, asked };
}

describe('pour()', () => {
  test('pour() writes the octets of its parts, and asks once before the last of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(300_000), fc.nat(300_000), async (head, body) => {
        const parts = [Buffer.alloc(head + 1, 'h'), Buffer.alloc(body, 'b')];
        const { before, after, writes, asked } = await poured(parts);
        expect([asked, writes]).toEqual([1, 1]);
        expect(
          Buffer.concat([before, after]).equals(Buffer.concat([...parts, Buffer.from('\r\n.\r\n')])),
        ).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('pour() writes a small mail and its final dot at once', async () => {
    const { before, after, writes } = await poured([
      Buffer.from('Subject: Nyaa\r\n\r\n'),
      Buffer.from('.\r\n'),
    ]);
    expect([before.length, writes, after.toString()]).toEqual([0, 1, 'Subject: Nyaa\r\n\r\n..\r\n.\r\n']);
  });

  test('pour() keeps the last chunk and the dot where release says no', async () => {
    const { before, after } = await poured([Buffer.alloc(100_000)], false);
    expect([before.length, after.length]).toEqual([64 * 1024, 0]);
  });

  test('pour() asks nothing and writes no more once the mail is not to go on', async () => {
    const { before, asked } = await poured([Buffer.alloc(300_000)], true, 2);
    expect([before.length, asked]).toEqual([2 * 64 * 1024, 0]);
  });
});
