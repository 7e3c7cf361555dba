import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signed } from '../../../functions/store/aws-signature.ts';

/** SHA-256 as the SDK's signer takes it. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret ? createHmac('sha256', secret as Uint8Array) : createHash('sha256');
  }
  update(data: Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return this.#hash.digest();
  }
  reset() {}
}

const word = fc.stringMatching(/^[A-Za-z0-9/+=]{1,40}$/);

test("property: signed() gives what the SDK's signer gives, for any keys, region, time, body and path", () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({ accessKeyId: word, secretAccessKey: word, token: fc.option(word) }),
      fc.stringMatching(/^[a-z]{2}-[a-z]{4,9}-\d$/),
      fc.date({ min: new Date('2013-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
      fc.string({ unit: 'grapheme' }),
      fc
        .stringMatching(/^(?:\/[A-Za-z0-9._~%-]{1,8}){0,3}$/)
        .map((path) => new URL(path, 'https://ssm').pathname),
      async ({ token, ...pair }, region, time, body, path) => {
        const keys = { ...pair, ...(token !== null && { sessionToken: token }) };
        const headers = {
          host: `ssm.${region}.amazonaws.com`,
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'AmazonSSM.GetParameters',
        };
        const signer = new SignatureV4({
          service: 'ssm',
          region,
          credentials: keys,
          sha256: Sha256,
          applyChecksum: false,
        });
        const request = {
          method: 'POST',
          protocol: 'https:',
          hostname: headers.host,
          path,
          headers,
          body,
        };
        const theirs = await signer.sign(request, { signingDate: time });
        expect(signed(headers, body, { service: 'ssm', region, keys, path }, time.getTime())).toEqual(
          theirs.headers,
        );
      },
    ),
  ));
