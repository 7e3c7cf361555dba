import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { tableDomain } from '../../functions/tables/domain.ts';
import { parseRecipients } from '../../functions/tables/recipients.ts';
import type { Route } from '../../functions/tables/route-entry.ts';
import type { Authorization } from '../api.ts';
import type { StageTables } from './read-tables.ts';

/** Tells what works otherwise than it looks, or opens more than somebody may mean; `cdk synth --strict` makes errors of it. */
export function warn(
  scope: Construct,
  folder: string,
  { documents, tables }: StageTables,
  authorization: Authorization,
): void {
  const add = (id: string, where: string, why: string) =>
    Validations.of(scope).addWarning(`haineko:${id}`, `${folder}/${where}: ${why}`);

  for (const table of ['mailertable', 'sendermt'] as const) {
    for (const domain of Object.keys(documents[table] ?? {})) {
      const route = tables[table].get(tableDomain(domain) ?? domain);
      const id = route && blocked(route);
      if (id) add(id, `${table}: ${domain}`, BLOCKED[id]);
    }
  }
  if (/(?:^|\.)example\.(?:com|net|org|jp)$/.test(tables.config.hostname)) {
    add(
      'hostname',
      'haineko.cf: hostname',
      `${tables.config.hostname} is an example's name: name the server`,
    );
  }
  if (authorization === 'iam') {
    // addresses do not count, and nobody is let in who is not in `password`
    if (Object.keys(documents.password ?? {}).length === 0)
      add(
        'nobody',
        'password',
        "nobody may call: with authorization: 'iam' it names the principals that may",
      );
  } else if (
    FAR_APART.some((addresses) => addresses.every((address) => tables.relayhosts.permits(address)))
  ) {
    add('open-relayhosts', 'relayhosts', 'anybody on the Internet may connect without a password');
  }
  if (parseRecipients(documents.recipients, tables.config.hostname).openRelay) {
    add('open-recipients', 'recipients: open-relay', 'who may connect may send to anybody, in your name');
  }
}

/** Addresses of documentation and of nobody's neighbours: who permits them all permits everybody. */
const FAR_APART = [
  ['1.0.0.1', '192.0.2.1', '198.51.100.1', '223.255.255.1'],
  ['2001:db8::1', '2400::1', '2c00::1'],
];

const BLOCKED = {
  'port-25':
    'Lambda cannot reach port 25, in a VPC neither, until AWS lifts that for the account: use 587 or 465 (https://repost.aws/knowledge-center/ec2-port-25-throttle)',
  mx: 'MX goes to port 25, which Lambda cannot reach until AWS lifts that for the account, and then only from a VPC behind a NAT gateway (https://repost.aws/knowledge-center/ec2-port-25-throttle)',
};

function blocked({ mailer, port, disabled }: Route): keyof typeof BLOCKED | undefined {
  if (disabled) return undefined;
  if (mailer === 'MX') return 'mx';
  return mailer === 'ESMTP' && port === 25 ? 'port-25' : undefined;
}
