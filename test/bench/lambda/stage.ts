import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startSsmDouble } from '../../doubles/ssm.ts';
import { lambdaVariables, PREFIX } from '../scale/lambda-variables.ts';

const pem = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../bundle/tls/${name}.pem`, import.meta.url)), 'utf8');

/** A stage's tables in SSM, and the environment that Lambda gives its function. */
export type Stage = {
  readonly environment: Readonly<Record<string, string>>;
  /** Calls of GetParameters so far. */
  calls(): number;
};

/** Runs something beside a deployed stage: mail goes to Discard, but for one domain's, whose smarthost wants a password. SSM over TLS. */
export async function withStage<T>(use: (stage: Stage) => Promise<T>): Promise<T> {
  const ssm = await startSsmDouble({ key: pem('key'), cert: pem('certificate') });
  const tables = {
    'haineko.cf': { hostname: 'relay.example.com' },
    mailertable: {
      default: { mailer: 'Discard' },
      'smarthost.example.org': { host: 'smtp.example.com', port: 587, starttls: 1, auth: 'smarthost' },
    },
    relayhosts: { relayhosts: ['192.0.2.0/24'] },
    recipients: { domainpart: ['example.org', 'smarthost.example.org'] },
    password: {},
    'authinfo/smarthost': { username: 'neko', password: 'nyanko22' },
  };
  for (const [name, document] of Object.entries(tables)) {
    const secret = name === 'password' || name.startsWith('authinfo/');
    ssm.put(PREFIX + name, JSON.stringify(document), secret ? 'SecureString' : 'String');
  }
  const stage: Stage = {
    environment: {
      ...lambdaVariables(ssm.url),
      // the double's certificate is nobody's; it is looked at all the same, and NODE_EXTRA_CA_CERTS would slow the start
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_NO_WARNINGS: '1',
    },
    calls: () => ssm.calls.length,
  };
  try {
    return await use(stage);
  } finally {
    await ssm.stop();
  }
}
