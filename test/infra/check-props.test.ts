import { App, Fn, Stack, Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { expect, it } from 'vitest';
import { checkProps } from '../../infra/check-props.ts';
import type { HainekoProps } from '../../infra/haineko.ts';

const certificateArn = 'arn:aws:acm:ap-northeast-1:123456789012:certificate/neko';

/** The error's text for props that TypeScript may not have seen. */
function told(props: object): string {
  try {
    checkProps({ stage: 'test', ...props } as HainekoProps);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}

it.each<[string, object]>([
  ['authorization', { authorization: 'IAM' }],
  ['tables', { tables: 'Command' }],
  ['ipAddressType', { ipAddressType: 'dualstack' }],
  ['throttle.rate', { throttle: { rate: 0, burst: 1 } }],
  ['throttle.burst', { throttle: { rate: 1, burst: -1 } }],
  ['throttle.rate', { throttle: { rate: Number.NaN, burst: 1 } }],
  ['reservedConcurrency', { reservedConcurrency: 0 }],
  ['reservedConcurrency', { reservedConcurrency: Number.POSITIVE_INFINITY }],
  ['logRetention', { logRetention: 42 }],
  ['logRetention', { logRetention: 'ONE_MONTH' }],
  ['authorisation', { authorisation: 'iam' }],
  ['ses.identites', { ses: { identites: ['neko.test'] } }],
  ['ses', { ses: null }],
  ['cors', { cors: ['https://app.neko.test'] }],
  ['cors.origins', { cors: {} }],
  ['cors.origins', { cors: { origins: [] } }],
  ['throttle.burst', { throttle: { rate: 1 } }],
  ['retain', { retain: 'no' }],
  ['outgoingAddress', { outgoingAddress: 'false' }],
  ['config', { config: '' }],
  ['encryptionKey.keyArn', { encryptionKey: { keyArn: undefined } }],
  ['encryptionKey.keyArn', { encryptionKey: { keyArn: 'arn:aws:kms:*:*:key/*' } }],
  ['domain.name', { domain: { certificateArn } }],
  [
    'domain.hostedZone.hostedZoneId',
    { domain: { name: 'mail.neko.test', certificateArn, hostedZone: { zoneName: 'neko.test' } } },
  ],
  ['ses.fromAddresses', { ses: { fromAddresses: null } }],
  ['email', { email: '' }],
  ['email', { email: 'a@b.jp, c@d.jp' }],
  ['cors.origins', { cors: { origins: '*' } }],
  ['cors.origins', { cors: { origins: ['https://app.neko.test', 'app.neko.test'] } }],
  ['cors.origins', { cors: { origins: ['https://App.neko.test'] } }],
  ['cors.origins', { cors: { origins: ['https://app.neko.test/'] } }],
  ['domain.name', { domain: { name: 'https://mail.neko.test/', certificateArn } }],
  ['domain.certificateArn', { domain: { name: 'mail.neko.test' } }],
  ['domain.certificateArn', { domain: { name: 'mail.neko.test', certificateArn: 'neko' } }],
  [
    'domain.hostedZone.zoneName',
    {
      domain: {
        name: 'mail.neko.test',
        certificateArn,
        hostedZone: { hostedZoneId: 'Z', zoneName: 'o.test' },
      },
    },
  ],
  [
    'encryptionKey.keyArn',
    { encryptionKey: { keyArn: 'arn:aws:kms:ap-northeast-1:123456789012:alias/neko' } },
  ],
  ['ses.domain', { ses: { domain: 'https://neko.test' } }],
  ['ses.identities', { ses: { identities: 'neko.test' } }],
  ['ses.identities', { ses: { identities: [''] } }],
  ['ses.identities', { ses: { identities: ['arn:aws:ses:ap-northeast-1:123456789012:identity/neko.test'] } }],
  ['ses.configurationSets', { ses: { configurationSets: ['a/b'] } }],
  ['ses.fromAddresses', { ses: { fromAddresses: [] } }],
  ['journal', { journal: false }],
  ['journal.hours', { journal: { hours: 24 } }],
  ['journal.status', { journal: { status: 'off' } }],
  ['journal.keyHours', { journal: { keyHours: 0 } }],
  ['journal.keyHours', { journal: { keyHours: 721 } }],
  ['journal.keyHours', { journal: { keyHours: 1.5 } }],
  ['journal.keyHours', { journal: { keyHours: '24' } }],
  ['journal.keyHours', { journal: { keyHours: null } }],
  ['journal.days', { journal: { days: 0 } }],
  ['journal.days', { journal: { days: 3651 } }],
  ['journal.days', { journal: { days: 0.5 } }],
  ['journal.days', { journal: { days: Number.NaN } }],
  // a default is no reason to name the other
  ['journal.days', { journal: { days: 0, keyHours: 720 } }],
])('checkProps() names %s when it is %j', (path, props) => {
  expect(told(props)).toMatch(new RegExp(`^Haineko: ${path.replaceAll('.', '\\.')}: expected .+, got .+$`));
});

it('checkProps() keeps a key no longer than what became of its mail', () => {
  expect(told({ journal: { days: 2, keyHours: 49 } })).toBe(
    'Haineko: journal.keyHours: expected a whole number of hours, 1 to 48, and no longer than journal.days, got 49',
  );
  for (const journal of [
    { days: 2, keyHours: 48 },
    { days: 1 },
    { keyHours: 720 },
    { days: 3650, keyHours: 720 },
  ]) {
    expect(told({ journal }), JSON.stringify(journal)).toBe('');
  }
});

it('checkProps() takes what is right, and what only the deployment knows', () => {
  const stack = new Stack(new App(), 'Theirs');
  expect(
    told({
      authorization: 'iam',
      tables: 'command',
      ipAddressType: 'dual-stack',
      throttle: { rate: 0.5, burst: 10 },
      reservedConcurrency: 10,
      logRetention: RetentionDays.ONE_YEAR,
      email: 'postmaster@neko.test',
      cors: { origins: ['https://app.neko.test', 'http://localhost:3000', 'https://*', '*'] },
      domain: {
        name: 'mail.neko.test',
        certificateArn,
        hostedZone: { hostedZoneId: 'Z', zoneName: 'Neko.test.' },
      },
      encryptionKey: { keyArn: 'arn:aws:kms:ap-northeast-1:123456789012:key/neko' },
      journal: { status: false, keyHours: 1, days: 1 },
      ses: {
        domain: 'neko.test',
        identities: ['neko.test', 'a@b.test', '*'],
        configurationSets: ['a_b-c', '*'],
        fromAddresses: ['*@neko.test'],
      },
    }),
  ).toBe('');
  const later = Fn.importValue('Later');
  expect(
    told({
      encryptionKey: { keyArn: later },
      domain: { name: stack.region, certificateArn: later },
      journal: { keyHours: Token.asNumber(later), days: Token.asNumber(later) },
      ses: { identities: [later] },
    }),
  ).toBe('');
  // how long the table is kept is not known yet: no reason to refuse the other
  expect(told({ journal: { keyHours: 720, days: Token.asNumber(later) } })).toBe('');
  expect(told({})).toBe('');
});
