import type { SSMClient } from '@aws-sdk/client-ssm';
import type { AwsOptions } from '../command.ts';

/** A person waits, and a stage's parameters are many: SSM's quota of writes is three a second. */
const ATTEMPTS = 8;

/** What every client of AWS is made with: the default chain of credentials, a profile or region where one was named. */
export function clientConfig({ profile, region }: AwsOptions) {
  return {
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
    retryMode: 'standard',
    maxAttempts: Number(process.env['AWS_MAX_ATTEMPTS']) || ATTEMPTS,
    requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true },
  };
}

/** The client of SSM Parameter Store; AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_SSM are honoured by the SDK. */
export async function ssmClient(options: AwsOptions): Promise<SSMClient> {
  const { SSMClient } = await import('@aws-sdk/client-ssm');
  return new SSMClient(clientConfig(options));
}
