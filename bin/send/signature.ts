import { ssmClient } from '../aws/clients.ts';
import { trouble } from '../aws/trouble.ts';
import type { AwsOptions } from '../command.ts';
import type { Authorize } from './authorization.ts';
import type { Endpoint } from './target.ts';

/** The name that API Gateway checks signatures for. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html */
const SERVICE = 'execute-api';

/**
 * Signs requests to a URL with the keys that every AWS tool finds (SigV4). The region is that of the API's own name, else
 * --region, the profile's, AWS_REGION. Rejects with a CommandFailure where there are no keys.
 */
export async function signer(
  url: URL,
  options: AwsOptions,
  method: Endpoint['method'] = 'POST',
): Promise<Authorize> {
  const { SignatureV4 } = await import('@smithy/signature-v4');
  // for what every client of AWS finds out by itself: keys, region, a hash
  const client = await ssmClient(options);
  const { credentials, region, sha256 } = client.config;
  const signature = new SignatureV4({
    service: SERVICE,
    region: regionIn(url.hostname) ?? region,
    credentials,
    sha256,
  });
  return async (body, now) => {
    const request = {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: {},
      headers: { host: url.host, ...(method === 'POST' && { 'content-type': 'application/json' }) },
      body,
    };
    try {
      const { headers } = await signature.sign(request, { signingDate: new Date(now) });
      return headers;
    } catch (error) {
      throw trouble(error, { action: 'execute-api:Invoke', ...options });
    }
  };
}

/** a1b2c3d4e5.execute-api.ap-northeast-1.amazonaws.com */
function regionIn(host: string): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(host)?.[1];
}
