/** What stands behind a region's name in the names of its services, where it is not amazonaws.com. */
const SUFFIXES: readonly (readonly [region: RegExp, suffix: string, dualStack: string])[] = [
  [/^cn-/, 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  [/^eusc-/, 'amazonaws.eu', 'api.amazonwebservices.eu'],
  [/^us-iso-/, 'c2s.ic.gov', 'api.aws.ic.gov'],
  [/^us-isob-/, 'sc2s.sgov.gov', 'api.aws.scloud'],
  [/^eu-isoe-/, 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  [/^us-isof-/, 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  [/^/, 'amazonaws.com', 'api.aws'],
];

/**
 * Where a service is in a region: by AWS_ENDPOINT_URL_<SERVICE> or AWS_ENDPOINT_URL where they are set, else by its
 * documented name. https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function awsUrl(
  service: 'ssm' | 'dynamodb',
  region: string,
  env: Readonly<Record<string, string | undefined>>,
): URL {
  const given = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env['AWS_ENDPOINT_URL'];
  if (given) return new URL(given);
  const [, suffix, dualStack] = SUFFIXES.find(([regions]) => regions.test(region)) ?? [];
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html
  const fips = env['AWS_USE_FIPS_ENDPOINT'] === 'true';
  const dual = env['AWS_USE_DUALSTACK_ENDPOINT'] === 'true';
  // GovCloud's usual endpoint is a FIPS one
  const name = fips && (dual || !region.startsWith('us-gov-')) ? `${service}-fips` : service;
  return new URL(`https://${name}.${region}.${dual ? dualStack : suffix}`);
}
