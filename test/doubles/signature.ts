import type { IncomingMessage } from 'node:http';

/**
 * What is wrong with a request's signature for that service, if anything. It is read, not computed: the doubles know no secret key.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function signatureComplaints({ headers }: IncomingMessage, service: 'ses' | 'ssm'): string[] {
  const signature = new RegExp(
    `^AWS4-HMAC-SHA256 Credential=\\S+/\\d{8}/[a-z0-9-]+/${service}/aws4_request, SignedHeaders=\\S+, Signature=[0-9a-f]{64}$`,
  );
  return signature.test(headers.authorization ?? '') ? [] : ['no AWS4-HMAC-SHA256 signature'];
}

/** The refusal of a signature by its X-Amz-Date (20261122T134122Z), in the words of every service: the client's clock is late by so many milliseconds. */
export function signatureExpired(signedAt: string, late: number): string {
  const basic = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
  const extended = signedAt.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5');
  const server = (Date.parse(extended) || Date.now()) + late;
  return `Signature expired: ${signedAt} is now earlier than ${basic(server - 300_000)} (${basic(server)} - 5 min.)`;
}
