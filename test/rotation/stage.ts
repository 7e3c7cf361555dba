import { env, execPath } from 'node:process';
import { type Pace, startLambda } from '../bundle/lambda.ts';
import { ROLE } from '../bundle/relay.ts';
import { CERTIFICATE } from '../bundle/smarthost.ts';
import { type SsmDouble, startSsmDouble } from '../doubles/ssm.ts';
import type { Build } from './build.ts';
import type { Instance } from './instances.ts';
import { type Scenario, SERVER_NAME } from './scenarios.ts';

/** A deployed stage: its parameters in SSM, and instances of the bundle. */
export type Stage = {
  readonly ssm: SsmDouble;
  readonly instances: readonly Instance[];
  /** The instances that past the hard age had no answer of SSM in time: the one case in which older tables serve. */
  unanswered(): ReadonlySet<string>;
  /** Sets the wall clock of all instances. */
  setClock(pace: Pace): void;
  stop(): Promise<void>;
};

/** What stands before the stage's parameters. */
export const PREFIX = '/haineko/production/';

/** What the stack says of itself. */
const STACK = {
  tables: 'command',
  authorization: 'none',
  url: 'https://a1b2c3.execute-api.example.com',
  function: 'Haineko-production-Submit',
  log: '/haineko/production',
};

/** Lays the scenarios' tables, and starts so many instances. */
export async function startStage(
  { bundle }: Build,
  scenarios: readonly Scenario[],
  count: number,
): Promise<Stage> {
  const ssm = await startSsmDouble();
  for (const [name, document] of Object.entries(documentsOf(scenarios))) {
    const secret = /^(?:password|authinfo\/.*)$/.test(name);
    ssm.put(PREFIX + name, JSON.stringify(document), secret ? 'SecureString' : 'String');
  }
  const variables = {
    _HANDLER: 'submit.handler',
    AWS_LAMBDA_FUNCTION_NAME: STACK.function,
    AWS_REGION: 'ap-northeast-1',
    ...ROLE,
    AWS_ENDPOINT_URL_SSM: ssm.url,
    HAINEKO_PREFIX: PREFIX,
    NODE_EXTRA_CA_CERTS: CERTIFICATE,
    TEST_HOSTS: JSON.stringify({ [SERVER_NAME]: '127.0.0.1' }),
    TEST_CLOCK: '1',
  };
  const node = env['HAINEKO_NODE24'] ?? execPath;
  const instances = await Promise.all(
    Array.from({ length: count }, async (_, at) => ({
      name: `instance ${at + 1}`,
      lambda: await startLambda(node, bundle, variables),
    })),
  );
  return {
    ssm,
    instances,
    unanswered() {
      const said = instances.filter(({ lambda }) => lambda.log().includes('no answer within'));
      return new Set(said.map(({ name }) => name));
    },
    setClock(pace) {
      for (const { lambda } of instances) lambda.setClock(pace);
    },
    async stop() {
      await Promise.all(instances.map(({ lambda }) => lambda.stop()));
      await Promise.all([ssm.stop(), ...scenarios.map(({ server }) => server.stop())]);
    },
  };
}

function documentsOf(scenarios: readonly Scenario[]): Readonly<Record<string, unknown>> {
  const domain = ({ name }: Scenario) => `${name}.example.org`;
  return {
    stack: STACK,
    'haineko.cf': { hostname: 'relay.example.com' },
    mailertable: {
      // a deployed relay must have one; no mail goes there
      default: { mailer: 'AmazonSES' },
      ...Object.fromEntries(scenarios.map((each) => [domain(each), each.route])),
    },
    relayhosts: { relayhosts: ['192.0.2.0/24'] },
    recipients: { domainpart: scenarios.map(domain) },
    ...Object.assign({}, ...scenarios.map(({ documents }) => documents)),
  };
}
