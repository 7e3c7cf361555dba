import type { RequestListener } from 'node:http';
import { VERSION } from '../../../functions/app/version.ts';
import { makeKey } from '../../dialogue/dkim-keys.ts';
import { type Loopback, startLoopback } from '../../doubles/loopback.ts';
import { type SesV2Double, startSesV2Double } from '../../doubles/sesv2.ts';
import { type SsmDouble, startSsmDouble } from '../../doubles/ssm.ts';
import { type Call, type Ended, haineko } from '../haineko.ts';
import { type NameServer, startNameServer } from './name-server.ts';

export const PREFIX = '/haineko/production/';

/** A finding, as --json has it. */
export type Found = {
  readonly check: string;
  readonly level: 'ok' | 'note' | 'warning' | 'error';
  readonly what: string;
  readonly fix?: string;
};

/** A stage in perfect health, whatever is around it, and the doctor. */
export type Patient = {
  readonly ssm: SsmDouble;
  readonly ses: SesV2Double;
  readonly dns: NameServer;
  readonly api: Loopback;
  /** What the API does from now on. */
  answer(listener: RequestListener): void;
  /** Lays a parameter: secrets as SecureStrings, unless said otherwise. */
  lay(name: string, value: unknown, type?: 'String' | 'SecureString'): void;
  doctor(args?: readonly string[], call?: Call): Promise<Ended>;
  /** Its findings by --json. */
  findings(args?: readonly string[], call?: Call): Promise<readonly Found[]>;
  stop(): Promise<void>;
};

export const KEY = makeKey('OurKey', 'example.jp', 's2026');
const TOKENS = ['mike', 'kijitora', 'sabatora'];
export const SMARTHOST = {
  mailer: 'ESMTP',
  host: 'smtp.example.org',
  port: 587,
  starttls: 1,
  auth: 'Smarthost',
  dkim: 'OurKey',
};
/** The stack's record, but for the URL. */
export const STACK = {
  tables: 'stack',
  authorization: 'none',
  url: 'http://127.0.0.1:1',
  function: 'Haineko-production-Submit',
  log: 'Haineko-production-SubmitLog',
};
export const MAILERTABLE = {
  default: { mailer: 'AmazonSES', configuration_set: 'haineko', fallback: ['smarthost'] },
  smarthost: SMARTHOST,
};
/** Secrets of the stage: nothing that is printed may hold them. */
export const SECRETS = ['nyanko22', '{SSHA}', 'PRIVATE KEY'];

/** Starts everything, healthy. */
export async function patient(): Promise<Patient> {
  let listener: RequestListener = (_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name: 'Haineko', version: VERSION }));
  };
  const [ssm, ses, dns, api] = await Promise.all([
    startSsmDouble(),
    startSesV2Double(),
    startNameServer(),
    startLoopback((request, response) => listener(request, response)),
  ]);
  const lay: Patient['lay'] = (name, value, type) => {
    const secret = /^(?:password|authinfo)(?:\/|$)/.test(name);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    ssm.put(PREFIX + name, text, type ?? (secret ? 'SecureString' : 'String'));
  };
  const { dkim } = KEY.credential;
  lay('stack', { ...STACK, url: api.url });
  lay('haineko.cf', { hostname: 'relay.example.jp' });
  lay('mailertable', MAILERTABLE);
  lay('recipients', { domainpart: ['example.org'] });
  lay('password', {
    kijitora: { password: '{SSHA}5i8EjgLxtAhRJHZpqsXs5MXiZhcxMTIy', senders: ['example.jp'] },
  });
  lay('authinfo/Smarthost', { username: 'neko', password: 'nyanko22' });
  lay('authinfo/OurKey', { ...dkim });
  ses.configurationSet('haineko');
  ses.identity('example.jp', {
    DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS', Tokens: TOKENS },
    MailFromAttributes: {
      BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
      MailFromDomain: 'bounce.example.jp',
      MailFromDomainStatus: 'SUCCESS',
    },
  });
  for (const token of TOKENS) dns.lay(`CNAME ${token}._domainkey.example.jp`, `${token}.dkim.amazonses.com`);
  dns.lay('A smtp.example.org', '127.0.0.1');
  dns.lay('TXT example.jp', 'google-site-verification=nyaa', 'v=spf1 include:_spf.example.org ~all');
  dns.lay('TXT _spf.example.org', 'v=spf1 ip4:192.0.2.0/24 ~all');
  dns.lay('TXT _dmarc.example.jp', 'v=DMARC1; p=reject; rua=mailto:neko@example.jp');
  dns.lay('MX bounce.example.jp', 'feedback-smtp.ap-northeast-1.amazonses.com');
  dns.lay('TXT bounce.example.jp', 'v=spf1 include:amazonses.com ~all');
  dns.lay('TXT amazonses.com', 'v=spf1 ip4:199.255.192.0/22 -all');
  dns.lay(`TXT ${KEY.name}`, KEY.record);

  const doctor: Patient['doctor'] = (args = [], call = {}) =>
    haineko(['doctor', 'production', '--dns', dns.address, ...args], {
      ...call,
      env: { AWS_ENDPOINT_URL_SSM: ssm.url, AWS_ENDPOINT_URL_SESV2: ses.url, ...call.env },
    });
  return {
    ssm,
    ses,
    dns,
    api,
    answer(next) {
      listener = next;
    },
    lay,
    doctor,
    findings: async (args = [], call) => (await doctor([...args, '--json'], call)).json() as Found[],
    stop: async () => void (await Promise.all([ssm, ses, dns, api].map((each) => each.stop()))),
  };
}
