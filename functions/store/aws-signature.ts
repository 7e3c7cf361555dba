import { type BinaryLike, createHash, createHmac } from 'node:crypto';
import type { AwsKeys } from './lambda-credentials.ts';

/** What a request is signed for. */
export type Signing = {
  readonly service: string;
  readonly region: string;
  readonly keys: AwsKeys;
  /** As it stands in the URL. */
  readonly path: string;
};

/**
 * The headers of a POST without a query, those given among them, by which AWS knows who sent it and that it is whole (Signature
 * Version 4). `headers` have lower-case names and values without blanks at their ends; `host` is one of them. `now` in
 * milliseconds since the epoch.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signed(
  headers: Readonly<Record<string, string>>,
  body: string,
  { service, region, keys, path }: Signing,
  now: number,
): Record<string, string> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const all: Record<string, string> = {
    ...headers,
    'x-amz-date': time,
    ...(keys.sessionToken && { 'x-amz-security-token': keys.sessionToken }),
  };
  const names = Object.keys(all).sort();
  const list = names.join(';');
  // escaped once more, but for the slashes
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  const request = [
    'POST',
    escaped,
    '',
    ...names.map((name) => `${name}:${all[name]}`),
    '',
    list,
    digest(body),
  ];
  const scope = [day, region, service, 'aws4_request'];
  const key = scope.reduce<BinaryLike>(hmac, `AWS4${keys.secretAccessKey}`);
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), digest(request.join('\n'))].join('\n');
  const signature = hmac(key, text).toString('hex');
  const credential = `${keys.accessKeyId}/${scope.join('/')}`;
  return {
    ...all,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${list}, Signature=${signature}`,
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: BinaryLike, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
