import { readFileSync } from 'node:fs';
import { type SsmFault, startSsmDouble } from '../doubles/ssm.ts';
import { type Answered, type GatewayEvent, type Lambda, startLambda } from './lambda.ts';
import { type Ses, startSes } from './ses.ts';
import { type Accepted, CERTIFICATE, startSilentHost, startSmarthost } from './smarthost.ts';

/** The bundle in a process of its own, with everything around it: SSM, a smarthost, a silent host, Amazon SES. */
export type TestRelay = {
  readonly lambda: Lambda;
  readonly ses: Ses;
  /** How many calls SSM has had. */
  ssmCalls(): number;
  /** What the real SSM would have refused in them. */
  ssmComplaints(): readonly string[];
  /** Sends a recorded event, `age` ms old, with these header fields too; the answer, and the mails that the smarthost accepted meanwhile. */
  post(
    event: string,
    age?: number,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ answer: Answered; mails: readonly Accepted[] }>;
  /** Asks for a path, as the client of a recorded event. */
  get(path: string, event: string): Promise<Answered>;
  stop(): Promise<void>;
};

const PREFIX = '/haineko/production/';
/** The keys of the function's role, as Lambda puts them into the environment. */
export const ROLE = {
  AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjEXAMPLETOKEN',
};
const CREDENTIAL = { username: 'kijitora', password: 'nyaa-nyaa-secret' };

function tables(smarthost: number, silent: number, ses: number): Record<string, unknown> {
  return {
    'haineko.cf': { hostname: 'relay.example.com' },
    mailertable: {
      default: {
        mailer: 'ESMTP',
        host: 'smtp.example.test',
        port: smarthost,
        auth: 'smarthost',
        starttls: 1,
      },
      'ses.example.org': {
        mailer: 'AmazonSES',
        // the certificate is for this name
        endpoint: `https://smtp.example.test:${ses}`,
        configuration_set: 'haineko',
        tags: { stage: 'production' },
      },
      'usual.ses.example.org': { mailer: 'AmazonSES' },
      'silent.example.org': { mailer: 'ESMTP', host: 'silent.example.test', port: silent },
    },
    relayhosts: { relayhosts: ['192.0.2.0/24', '2001:db8::/32'] },
    recipients: {
      domainpart: ['example.org', 'silent.example.org', 'ses.example.org', 'usual.ses.example.org'],
    },
    password: {
      haineko: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn',
      'arn:aws:iam::123456789012:role/mail/Newsletter': { admin: 1 },
    },
    'authinfo/smarthost': CREDENTIAL,
  };
}

/** Starts the bundle in `folder` on the Node at `node`, as Lambda would, against doubles on loopback; SSM may fail. */
export async function startRelay(
  node: string,
  folder: string,
  { fault, variables = {} }: { fault?: SsmFault; variables?: Readonly<Record<string, string>> } = {},
): Promise<TestRelay> {
  const smarthost = await startSmarthost(CREDENTIAL.username, CREDENTIAL.password);
  const silent = await startSilentHost();
  const ses = await startSes();
  const ssm = await startSsmDouble();
  for (const [name, document] of Object.entries(tables(smarthost.port, silent.port, ses.port))) {
    const secret = name === 'password' || name.startsWith('authinfo/');
    ssm.put(PREFIX + name, JSON.stringify(document), secret ? 'SecureString' : 'String');
  }
  ssm.failAll(fault);
  const lambda = await startLambda(node, folder, {
    _HANDLER: 'submit.handler',
    AWS_LAMBDA_FUNCTION_NAME: 'Haineko-production-Submit',
    AWS_REGION: 'ap-northeast-1',
    ...ROLE,
    AWS_ENDPOINT_URL_SSM: ssm.url,
    HAINEKO_PREFIX: PREFIX,
    HAINEKO_ORIGINS: 'https://www.example.com',
    ...variables,
    NODE_EXTRA_CA_CERTS: CERTIFICATE,
    TEST_HOSTS: JSON.stringify({ 'smtp.example.test': '127.0.0.1', 'silent.example.test': '127.0.0.1' }),
  });
  return {
    lambda,
    ses,
    ssmCalls: () => ssm.calls.length,
    ssmComplaints: () => ssm.complaints,
    async get(path, name) {
      const event = recorded(name, 0);
      const { requestContext } = event;
      const http = { ...requestContext.http, method: 'GET', path };
      return lambda.invoke({
        ...event,
        body: '',
        rawPath: path,
        requestContext: { ...requestContext, http },
      });
    },
    async post(name, age = 0, headers = {}) {
      const before = smarthost.accepted.length;
      const event = recorded(name, age);
      const answer = await lambda.invoke({ ...event, headers: { ...event.headers, ...headers } });
      return { answer, mails: smarthost.accepted.slice(before) };
    },
    async stop() {
      await lambda.stop();
      await Promise.all([smarthost.stop(), silent.stop(), ses.stop(), ssm.stop()]);
    },
  };
}

/** An event of test/bundle/events, as if API Gateway had taken the request `age` ms ago. */
function recorded(name: string, age: number): GatewayEvent {
  const file = new URL(`events/${name}.json`, import.meta.url);
  const event = JSON.parse(readFileSync(file, 'utf8')) as GatewayEvent;
  return { ...event, requestContext: { ...event.requestContext, timeEpoch: Date.now() - age } };
}
