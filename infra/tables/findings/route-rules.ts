import ipaddr from 'ipaddr.js';
import type { Rule } from './rule.ts';
import type { Entry } from './seen.ts';

const UNBLOCKED = 'https://repost.aws/knowledge-center/ec2-port-25-throttle';

/** The function's timeout, and so the longest that a request can take. */
const LAMBDA_SECONDS = 29;

/** What is looked for in each enabled route: what Lambda cannot do, and entries that no mail comes to. */
export const ROUTE_RULES: readonly Rule<Entry>[] = [
  {
    id: 'port-25',
    level: 'warning',
    key: 'port',
    when: ({ route: { mailer, port } }, { deployed }) => deployed && mailer === 'ESMTP' && port === 25,
    why: `Lambda cannot reach port 25, in a VPC neither, until AWS lifts that for the account: use 587 or 465 (${UNBLOCKED})`,
  },
  {
    id: 'mx',
    level: 'warning',
    key: 'mailer',
    when: ({ route }, { deployed }) => deployed && route.mailer === 'MX',
    why: `MX goes to port 25, which Lambda cannot reach until AWS lifts that for the account, and then only from a VPC behind a NAT gateway (${UNBLOCKED})`,
  },
  {
    id: 'private-host',
    level: 'warning',
    key: 'host',
    when: ({ route, mailer }, { deployed }) =>
      deployed &&
      mailer?.connects === true &&
      route.options['endpoint'] === undefined &&
      isPrivate(route.host),
    why: ({ route }) => `Lambda is not in your network: it cannot reach ${route.host}`,
  },
  {
    id: 'timeout',
    level: 'note',
    key: 'timeout',
    when: ({ route, given }, { deployed }) =>
      deployed && given['timeout'] !== undefined && route.timeout > LAMBDA_SECONDS,
    why: `a request ends after ${LAMBDA_SECONDS} seconds at the latest: nothing is waited for longer`,
  },
  {
    id: 'sleep',
    level: 'warning',
    key: 'sleep',
    when: ({ route }, { deployed }) => deployed && route.retry > 0 && route.sleep >= LAMBDA_SECONDS,
    why: `a request ends after ${LAMBDA_SECONDS} seconds at the latest: after this pause there is no time for a retry`,
  },
  {
    id: 'sender-default',
    level: 'warning',
    when: ({ table, domain }) => table === 'sendermt' && domain === 'default',
    why: 'no mail is ever routed by it: `default` is an entry of mailertable',
  },
  {
    id: 'unreachable',
    level: 'warning',
    when: ({ table, domain }, { recipients, reached }) =>
      table === 'mailertable' && !recipients.openRelay && !reached.has(domain),
    why: 'no mail is ever routed by it: `recipients` permits nobody of this domain, and no `fallback` names it',
  },
];

function isPrivate(host: string): boolean {
  if (!ipaddr.isValid(host)) return false;
  return ['private', 'uniqueLocal', 'linkLocal', 'carrierGradeNat'].includes(ipaddr.process(host).range());
}
