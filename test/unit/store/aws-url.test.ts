import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import { awsUrl } from '../../../functions/store/aws-url.ts';

const REGIONS = [
  'us-east-1',
  'ap-northeast-1',
  'mx-central-1',
  'cn-north-1',
  'us-gov-west-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
];
const CLIENTS = { ssm: SSMClient, dynamodb: DynamoDBClient };

describe('awsUrl()', () => {
  test.each(REGIONS)("is what the SDK's rules say: %s", (region) => {
    for (const service of ['ssm', 'dynamodb'] as const) {
      for (const fips of [false, true]) {
        for (const dualStack of [false, true]) {
          const { endpointProvider } = new CLIENTS[service]({ region }).config;
          const theirs = endpointProvider({ Region: region, UseFIPS: fips, UseDualStack: dualStack });
          const ours = awsUrl(service, region, {
            AWS_USE_FIPS_ENDPOINT: String(fips),
            AWS_USE_DUALSTACK_ENDPOINT: String(dualStack),
          });
          expect(ours.href, `${service} ${region} ${fips} ${dualStack}`).toBe(theirs.url.href);
        }
      }
    }
  });

  test('is what the environment says, for the service first', () => {
    const env = { AWS_ENDPOINT_URL: 'https://all.example.com', AWS_ENDPOINT_URL_SSM: '' };
    expect(awsUrl('ssm', 'us-east-1', env).href).toBe('https://all.example.com/');
    expect(awsUrl('ssm', 'us-east-1', { ...env, AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:1' }).port).toBe('1');
    const own = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:2' };
    expect(awsUrl('dynamodb', 'us-east-1', own).port).toBe('2');
  });
});
