import { startSes } from '../../bundle/ses.ts';
import { startSmarthost } from '../../bundle/smarthost.ts';
import { startSsmDouble } from '../../doubles/ssm.ts';
import { lambdaVariables, PREFIX } from './lambda-variables.ts';
import { DOMAINS } from './large-mails.ts';

const CREDENTIAL = { username: 'kijitora', password: 'nyaa-nyaa-secret' };

/** What the bundle needs around it, on loopback: SSM with its tables, Amazon SES, a smarthost. */
export type MailServices = {
  /** The environment of a Lambda that uses them. */
  readonly variables: Readonly<Record<string, string>>;
  /** How many mails they took. */
  taken(): number;
  stop(): Promise<void>;
};

function tables(ses: number, smarthost: number): Readonly<Record<string, unknown>> {
  // the certificate is nobody's; naming it in NODE_EXTRA_CA_CERTS would cost memory that no Lambda needs
  const unverified = { tls_verify: 0 };
  const host = 'smtp.example.test';
  return {
    'haineko.cf': { hostname: 'relay.example.com' },
    mailertable: {
      default: { mailer: 'Discard' },
      [DOMAINS.AmazonSES]: { mailer: 'AmazonSES', endpoint: `https://${host}:${ses}`, ...unverified },
      [DOMAINS.ESMTP]: {
        mailer: 'ESMTP',
        host,
        port: smarthost,
        auth: 'smarthost',
        starttls: 1,
        ...unverified,
      },
    },
    relayhosts: { relayhosts: ['192.0.2.0/24'] },
    recipients: { domainpart: Object.values(DOMAINS) },
    'authinfo/smarthost': CREDENTIAL,
  };
}

/** Starts them. */
export async function startMailServices(): Promise<MailServices> {
  const [ses, smarthost, ssm] = await Promise.all([
    startSes(),
    startSmarthost(CREDENTIAL.username, CREDENTIAL.password),
    startSsmDouble(),
  ]);
  for (const [name, document] of Object.entries(tables(ses.port, smarthost.port)))
    ssm.put(PREFIX + name, JSON.stringify(document), name.includes('/') ? 'SecureString' : 'String');
  return {
    variables: {
      ...lambdaVariables(ssm.url),
      TEST_HOSTS: JSON.stringify({ 'smtp.example.test': '127.0.0.1' }),
    },
    taken: () => ses.seen.length + smarthost.accepted.length,
    async stop() {
      await Promise.all([ses.stop(), smarthost.stop(), ssm.stop()]);
    },
  };
}
