import { SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import { ssmUrl } from '../../../functions/store/ssm-url.ts';

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

describe('ssmUrl()', () => {
  test.each(REGIONS)("is what the SDK's rules say: %s", (region) => {
    for (const fips of [false, true]) {
      for (const dualStack of [false, true]) {
        const { endpointProvider } = new SSMClient({ region }).config;
        const theirs = endpointProvider({ Region: region, UseFIPS: fips, UseDualStack: dualStack });
        const ours = ssmUrl(region, {
          AWS_USE_FIPS_ENDPOINT: String(fips),
          AWS_USE_DUALSTACK_ENDPOINT: String(dualStack),
        });
        expect(ours.href, `${region} ${fips} ${dualStack}`).toBe(theirs.url.href);
      }
    }
  });

  test('is what the environment says, for SSM first', () => {
    const env = { AWS_ENDPOINT_URL: 'https://all.example.com', AWS_ENDPOINT_URL_SSM: '' };
    expect(ssmUrl('us-east-1', env).href).toBe('https://all.example.com/');
    expect(ssmUrl('us-east-1', { ...env, AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:1' }).port).toBe('1');
  });
});
