import { Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { isOrigin, ORIGIN } from '../functions/app/origins.ts';
import { ConfigError, type ConfigIssue } from '../functions/tables/config-error.ts';
import type { Cors, Throttle } from './api.ts';
import type { ApiDomain } from './api-domain.ts';
import type { HainekoProps } from './haineko.ts';
import type { Retention } from './journal.ts';
import type { Ses } from './ses-permission.ts';

/** A prop by its path, what was given for it, whether that will do, and what will. */
type Check = readonly [path: string, given: unknown, right: (given: never) => boolean, expected: string];
type Names<T> = Readonly<Record<keyof T, true>>;

/** Every prop there is: a word that is misspelt must not mean the more open of two. The compiler holds these lists. */
const PROPS: Names<HainekoProps> = {
  stage: true,
  authorization: true,
  domain: true,
  cors: true,
  ipAddressType: true,
  throttle: true,
  logRetention: true,
  reservedConcurrency: true,
  tables: true,
  config: true,
  encryptionKey: true,
  journal: true,
  ses: true,
  outgoingAddress: true,
  retain: true,
  email: true,
};
const DOMAIN: Names<ApiDomain> = { name: true, certificateArn: true, hostedZone: true };
const CORS: Names<Cors> = { origins: true };
const THROTTLE: Names<Throttle> = { rate: true, burst: true };
const JOURNAL: Names<Retention> = { status: true, keyHours: true, days: true };
const SES: Names<Ses> = { domain: true, identities: true, configurationSets: true, fromAddresses: true };

const text = (pattern: RegExp) => (given: string) => typeof given === 'string' && pattern.test(given);
const listOf = (right: (given: string) => boolean, least: number) => (given: readonly string[]) =>
  Array.isArray(given) &&
  given.length >= least &&
  given.every((each) => Token.isUnresolved(each) || right(each));
const number = (right: (given: number) => boolean) => (given: number) =>
  typeof given === 'number' && right(given);
const wholeTo =
  (most: number) =>
  (given: unknown): given is number =>
    Number.isSafeInteger(given) && Number(given) >= 1 && Number(given) <= most;
const isDays = wholeTo(3650);
const oneOf =
  (...words: readonly unknown[]) =>
  (given: unknown) =>
    words.includes(given);
const domainName = text(/^(?:[a-z0-9_](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/i);

/** What CloudFormation would refuse after minutes, or take and never let work. Throws a ConfigError that names each prop. */
export function checkProps(props: HainekoProps): void {
  const { domain, cors, throttle, journal, ses } = props;
  const issues = [
    ...unknownKeys('', props, PROPS),
    ...unknownKeys('domain', domain, DOMAIN),
    ...unknownKeys('cors', cors, CORS),
    ...unknownKeys('throttle', throttle, THROTTLE),
    ...unknownKeys('journal', journal, JOURNAL),
    ...unknownKeys('ses', ses, SES),
  ];
  if (issues.length === 0) issues.push(...checksOf(props).flatMap(issueOf));
  if (issues.length > 0) throw new ConfigError('TABLE_VALUE', issues);
}

function unknownKeys(path: string, given: unknown, known: Readonly<Record<string, true>>): ConfigIssue[] {
  if (given === undefined) return [];
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return [issue(path, 'a mapping', given)];
  const wrong = Object.keys(given).filter((key) => !Object.hasOwn(known, key));
  const expected = `one of ${Object.keys(known).join(', ')}`;
  return wrong.map((key) => issue(path === '' ? key : `${path}.${key}`, expected, 'another name'));
}

function issueOf([path, given, right, expected]: Check): ConfigIssue[] {
  if (given === undefined || Token.isUnresolved(given) || right(given as never)) return [];
  return [issue(path, expected, given)];
}

function issue(path: string, expected: string, given: unknown): ConfigIssue {
  return { table: 'Haineko', path, expected, got: JSON.stringify(given) ?? 'nothing' };
}

/** A key that must be there where its mapping is: nothing given for it is wrong too. */
function needed<T extends object>(mapping: T | undefined, key: keyof T): unknown {
  return mapping && (mapping[key] ?? null);
}

function checksOf({
  domain,
  throttle,
  cors,
  journal = {},
  ses = {},
  ...props
}: HainekoProps): readonly Check[] {
  const zone = domain?.hostedZone;
  const mostKeyHours = isDays(journal.days) ? Math.min(720, journal.days * 24) : 720;
  return [
    ['authorization', props.authorization, oneOf('none', 'iam'), "'none' or 'iam'"],
    ['tables', props.tables, oneOf('stack', 'command'), "'stack' or 'command'"],
    ['config', props.config, text(/./), "a folder's path"],
    ['ipAddressType', props.ipAddressType, oneOf('ipv4', 'dual-stack'), "'ipv4' or 'dual-stack'"],
    ['outgoingAddress', props.outgoingAddress, oneOf(true, false), 'true or false'],
    ['retain', props.retain, oneOf(true, false), 'true or false'],
    [
      'throttle.rate',
      needed(throttle, 'rate'),
      number((rate) => rate > 0 && rate < Number.POSITIVE_INFINITY),
      'requests a second, more than 0',
    ],
    [
      'throttle.burst',
      needed(throttle, 'burst'),
      number((burst) => Number.isSafeInteger(burst) && burst > 0),
      'a whole number, 1 or more',
    ],
    [
      'reservedConcurrency',
      props.reservedConcurrency,
      number((most) => Number.isSafeInteger(most) && most > 0),
      'a whole number, 1 or more',
    ],
    ['logRetention', props.logRetention, number((days) => days in RetentionDays), 'a value of RetentionDays'],
    ['email', props.email, text(/^[^\s@,]+@[^\s@,]+$/), 'one e-mail address'],
    ['cors.origins', needed(cors, 'origins'), listOf(isOrigin, 1), `a list of one or more, each ${ORIGIN}`],
    ['domain.name', withoutStar(needed(domain, 'name')), domainName, 'a domain name'],
    [
      'domain.certificateArn',
      needed(domain, 'certificateArn'),
      text(/^arn:[^:]+:acm:[^:]+:\d+:certificate\/./),
      "a certificate's ARN in ACM",
    ],
    ['domain.hostedZone.hostedZoneId', needed(zone, 'hostedZoneId'), text(/^\w+$/), 'the id of a zone'],
    [
      'domain.hostedZone.zoneName',
      needed(zone, 'zoneName'),
      isZoneOf(domain?.name),
      `a zone that ${domain?.name} is in`,
    ],
    [
      'encryptionKey.keyArn',
      needed(props.encryptionKey, 'keyArn'),
      // an alias's ARN in a policy permits nothing, and a wildcard more than is meant
      text(/^arn:[^:*]+:kms:[^:*]+:[^:*]+:key\/[\w-]+$/),
      "a key's own ARN (no alias)",
    ],
    ['journal.status', journal.status, oneOf(true, false), 'true or false'],
    ['journal.days', journal.days, isDays, 'a whole number of days, 1 to 3650'],
    [
      'journal.keyHours',
      journal.keyHours,
      wholeTo(mostKeyHours),
      // a key that outlives what became of its mail would have no answer to give
      `a whole number of hours, 1 to ${mostKeyHours}, and no longer than journal.days`,
    ],
    ['ses.domain', ses.domain, domainName, 'a domain name'],
    [
      'ses.identities',
      ses.identities,
      listOf(text(/^[^:/\s]+$/), 0),
      'a list of domains, e-mail addresses or * (no ARNs)',
    ],
    ['ses.configurationSets', ses.configurationSets, listOf(text(/^[\w*-]+$/), 0), 'a list of names or *'],
    [
      'ses.fromAddresses',
      ses.fromAddresses,
      listOf(text(/^\S+$/), 1),
      'a list of one address or more, which may hold *',
    ],
  ];
}

/** `*.example.jp` is a custom domain's name too. */
function withoutStar(name: unknown): unknown {
  return typeof name === 'string' ? name.replace(/^\*\./, '') : name;
}

/** Whether a name is in a zone: the zone's own name, or one below it. */
function isZoneOf(name = ''): (zone: string) => boolean {
  return (zone) =>
    Token.isUnresolved(name) ||
    (typeof zone === 'string' &&
      zone !== '' &&
      `.${name.toLowerCase()}`.endsWith(`.${zone.toLowerCase().replace(/\.$/, '')}`));
}
