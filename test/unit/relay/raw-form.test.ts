import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeRawMessage } from '../../../functions/relay/amazon-ses/raw-form.ts';

type Request = { body: string | Uint8Array; headers: Record<string, string> };

/** What the SDK's form becomes with a mail of these parts. */
async function written(form: string, parts: readonly Uint8Array[]): Promise<Request> {
  let step: ((args: { request: unknown }) => Promise<unknown>) | undefined;
  const request: Request = { body: form, headers: {} };
  const command = {
    middlewareStack: {
      add: (middleware: (next: () => Promise<void>) => typeof step) => {
        step = middleware(async () => undefined);
      },
    },
  };
  writeRawMessage(command, parts);
  await step?.({ request });
  return request;
}

const sevenBit = fc.uint8Array({ max: 127, maxLength: 40 });

describe('writeRawMessage()', () => {
  test('property: writes the parts as one mail, and leaves the other fields as they are', () =>
    fc.assert(
      fc.asyncProperty(fc.array(sevenBit, { maxLength: 4 }), async (parts) => {
        const { body, headers } = await written('Action=SendRawEmail&RawMessage.Data=&Tags.x=y%3D', parts);
        const form = new URLSearchParams(Buffer.from(body).toString('latin1'));
        expect(Object.fromEntries(form)).toEqual({
          Action: 'SendRawEmail',
          'RawMessage.Data': Buffer.concat(parts).toString('base64'),
          'Tags.x': 'y=',
        });
        expect(headers['content-length']).toBe(String(body.length));
      }),
    ));

  test('writes a mail of many pieces', async () => {
    const parts = [100_001, 5, 200_000, 1].map((size) => Buffer.alloc(size, '?>~'));
    const { body } = await written('RawMessage.Data=', parts);
    const form = new URLSearchParams(Buffer.from(body).toString('latin1'));
    expect(form.get('RawMessage.Data')).toBe(Buffer.concat(parts).toString('base64'));
  });

  test('throws rather than cut what is not 7-bit, and where the SDK writes no such field', async () => {
    await expect(written('RawMessage.Data=', [Buffer.alloc(3000, 0xff)])).rejects.toThrow('not 7-bit');
    await expect(written('Message=', [])).rejects.toThrow('RawMessage.Data=');
  });
});
