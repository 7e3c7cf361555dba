import { Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { isOrigin, ORIGIN } from '../functions/app/origins.ts';
import { ConfigError, type ConfigIssue } from '../functions/tables/config-error.ts';
import type { HainekoProps } from './haineko.ts';

/** A prop by its path, what was given for it, whether that will do, and what will. */
type Check = readonly [path: string, given: unknown, right: (given: never) => boolean, expected: string];

const text = (pattern: RegExp) => (given: string) => typeof given === 'string' && pattern.test(given);
const listOf = (right: (given: string) => boolean) => (given: readonly string[]) =>
  Array.isArray(given) && given.every((each) => Token.isUnresolved(each) || right(each));
const atLeast = (least: number) => (given: number) => Number.isSafeInteger(given) && given >= least;
const oneOf =
  (...words: readonly string[]) =>
  (given: string) =>
    words.includes(given);
const domainName = text(/^(?:[a-z0-9_](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/i);

/** What CloudFormation would refuse after minutes, or take and never let work. Throws a ConfigError that names each prop. */
export function checkProps(props: HainekoProps): void {
  const issues = checksOf(props).flatMap(([path, given, right, expected]): ConfigIssue[] =>
    given === undefined || Token.isUnresolved(given) || right(given as never)
      ? []
      : [{ table: 'Haineko', path, expected, got: JSON.stringify(given) ?? 'nothing' }],
  );
  if (issues.length > 0) throw new ConfigError('TABLE_VALUE', issues);
}

function checksOf({ domain, throttle, cors, ses = {}, ...props }: HainekoProps): readonly Check[] {
  const zone = domain?.hostedZone?.zoneName;
  return [
    // a word that is misspelt must not mean the more open of two
    ['authorization', props.authorization, oneOf('none', 'iam'), "'none' or 'iam'"],
    ['tables', props.tables, oneOf('stack', 'command'), "'stack' or 'command'"],
    ['ipAddressType', props.ipAddressType, oneOf('ipv4', 'dual-stack'), "'ipv4' or 'dual-stack'"],
    ['throttle.rate', throttle?.rate, atLeast(1), 'at least 1 request a second'],
    ['throttle.burst', throttle?.burst, atLeast(1), 'at least 1 request at once'],
    ['reservedConcurrency', props.reservedConcurrency, atLeast(1), 'at least 1 instance'],
    [
      'logRetention',
      props.logRetention,
      (given: RetentionDays) => Object.values(RetentionDays).includes(given),
      'one of RetentionDays',
    ],
    ['email', props.email, text(/^[^\s@,]+@[^\s@,]+$/), 'one e-mail address'],
    [
      'cors.origins',
      cors?.origins,
      (given: readonly string[]) => listOf(isOrigin)(given) && given.length > 0,
      `a list of one or more, each of them ${ORIGIN}`,
    ],
    ['domain.name', domain?.name, domainName, 'a domain name'],
    [
      'domain.certificateArn',
      domain && (domain.certificateArn ?? null),
      text(/^arn:[^:]+:acm:/),
      "a certificate's ARN in ACM",
    ],
    ['domain.hostedZone.zoneName', zone, isZoneOf(domain?.name), `a zone that ${domain?.name} is in`],
    // an alias's ARN in a policy permits nothing
    [
      'encryptionKey.keyArn',
      props.encryptionKey?.keyArn,
      text(/^arn:[^:]+:kms:[^:]*:[^:]*:key\/./),
      "a key's own ARN (no alias)",
    ],
    ['ses.domain', ses.domain, domainName, 'a domain name'],
    [
      'ses.identities',
      ses.identities,
      listOf(text(/^[^:/\s]+$/)),
      'a list of domains, e-mail addresses or * (no ARNs)',
    ],
    ['ses.configurationSets', ses.configurationSets, listOf(text(/^[\w*-]+$/)), 'a list of names or *'],
    [
      'ses.fromAddresses',
      ses.fromAddresses,
      (given: readonly string[]) => given.length > 0 && listOf(text(/^\S+$/))(given),
      'a list of one address or more, which may hold *',
    ],
  ];
}

/** Whether a name is in a zone: the zone's own name, or one below it. */
function isZoneOf(name = ''): (zone: string) => boolean {
  return (zone) =>
    typeof zone === 'string' && zone !== '' && `.${name}`.endsWith(`.${zone.replace(/\.$/, '')}`);
}
