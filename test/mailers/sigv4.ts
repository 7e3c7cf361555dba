import { createHash, createHmac } from 'node:crypto';
import type { Seen } from './api-peer.ts';

/** What the Authorization header of a signed request says. */
export type Signed = {
  readonly accessKey: string;
  readonly region: string;
  readonly service: string;
  readonly headers: readonly string[];
  readonly signature: string;
};

/** Reads the Authorization header of AWS Signature Version 4. Throws where there is none. */
export function signedBy({ headers }: Seen): Signed {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const [, accessKey, region, service, names, signature] = form.exec(headers.authorization ?? '') ?? [];
  if (!accessKey || !region || !service || !names || !signature) throw new Error('not signed');
  return { accessKey, region, service, headers: names.split(';'), signature };
}

/**
 * Whether this secret made the request's signature: computed anew from what arrived, as AWS does it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function isSignedWith(seen: Seen, secret: string): boolean {
  const { region, service, headers: names, signature } = signedBy(seen);
  const stamp = String(seen.headers['x-amz-date']);
  const lines = names.map((name) => `${name}:${String(seen.headers[name]).trim().replace(/ +/g, ' ')}\n`);
  const canonical = [seen.method, seen.path, '', lines.join(''), names.join(';'), sha256(seen.body)].join(
    '\n',
  );
  const day = stamp.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (before, part) => hmac(before, part).digest(),
    `AWS4${secret}`,
  );
  const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n');
  return hmac(key, text).digest('hex') === signature;
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string) {
  return createHmac('sha256', key).update(text);
}
