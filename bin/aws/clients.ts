import type { SSMClient } from '@aws-sdk/client-ssm';
import type { AwsOptions } from '../command.ts';

/** A person waits, and a stage's parameters are many: SSM's quota of writes is three a second. */
const ATTEMPTS = 8;

/** What every client of AWS is made with: the default chain of credentials, a profile or region where one was named. */
export function clientConfig({ profile, region }: AwsOptions) {
  if (profile !== undefined) preferProfile(profile);
  // for clients that others make in this process too (rotate --verify of an SES key)
  if (region !== undefined) process.env['AWS_REGION'] = region;
  return {
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
    retryMode: 'standard',
    maxAttempts: Number(process.env['AWS_MAX_ATTEMPTS']) || ATTEMPTS,
    requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true },
  };
}

/** --profile goes before keys in the environment, for every client of this process. With both the SDK would warn, in eight lines. */
export function preferProfile(profile: string): void {
  process.env['AWS_PROFILE'] = profile;
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])
    delete process.env[name];
}

/** The client of SSM Parameter Store; AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_SSM are honoured by the SDK. */
export async function ssmClient(options: AwsOptions): Promise<SSMClient> {
  const { SSMClient } = await import('@aws-sdk/client-ssm');
  return new SSMClient(clientConfig(options));
}
