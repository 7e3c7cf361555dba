import type { Known } from '../../functions/tables/known.ts';

const mailer = {
  options: {},
  local: false,
  connects: true,
  port: 25,
  signs: true,
  credential: { needed: 'may' as const },
};

/** A little world of two mailers and no milter; deployed or not. */
export function knownFor({ deployed = false } = {}): Known {
  return {
    mailers: new Map([
      ['ESMTP', mailer],
      ['Discard', { ...mailer, connects: false }],
    ]),
    milters: new Map(),
    deployed,
    machine: 'machine.example.jp',
  };
}

/** Tables with something in each of them. */
export const documents = {
  'haineko.cf': { hostname: 'relay.example.jp', max_workers: 3 },
  mailertable: {
    default: { mailer: 'Discard' },
    'example.com': { mailer: 'ESMTP', host: 'smtp.example.net', port: 587, auth: 'ses' },
  },
  sendermt: { 'example.org': { host: 'mx.example.net', auth: 'other' } },
  relayhosts: { relayhosts: ['192.0.2.0/24', '2001:db8::/32'] },
  recipients: { domainpart: ['example.com'], recipients: ['kijitora@example.org'] },
  password: { haineko: `{SSHA}${Buffer.alloc(28, 7).toString('base64')}` },
  authinfo: { ses: { username: 'AKIA', password: 'first' } },
};
