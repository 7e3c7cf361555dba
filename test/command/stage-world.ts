import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SsmDouble, startSsmDouble } from '../doubles/ssm.ts';
import { type Call, type Ended, haineko } from './haineko.ts';

/** A stage in an SSM of its own, a folder of tables, and the command that is led to both. */
export type StageWorld = {
  readonly ssm: SsmDouble;
  /** The current folder of the command; its tables are in config/production. */
  readonly folder: string;
  /** Writes tables into config/production. */
  write(tables: Readonly<Record<string, string>>): void;
  run(args: readonly string[], call?: Call): Promise<Ended>;
  /** Versions, types, labels and so on of a parameter of the stage. */
  parameter(name: string): ReturnType<SsmDouble['stored']>[string] | undefined;
  /** The newest value of a parameter of the stage, as JSON. */
  value(name: string): unknown;
  stop(): Promise<void>;
};

export const PREFIX = '/haineko/production/';

/** The least that a deployed stage needs. */
export const TABLES = {
  'haineko.cf': 'hostname: relay.example.com\n',
  mailertable: 'default:\n  mailer: AmazonSES\n',
  recipients: "domainpart: ['example.org']\n",
};

/** Starts it; `stack` is what the deployed stack says of itself, none where absent. */
export async function stageWorld(
  stack?: object,
  tables: Readonly<Record<string, string>> = TABLES,
): Promise<StageWorld> {
  const ssm = await startSsmDouble();
  const folder = mkdtempSync(join(tmpdir(), 'haineko-stage-'));
  const config = join(folder, 'config', 'production');
  mkdirSync(config, { recursive: true });
  const write: StageWorld['write'] = (given) => {
    for (const [name, text] of Object.entries(given)) writeFileSync(join(config, name), text);
  };
  write(tables);
  if (stack) ssm.put(`${PREFIX}stack`, JSON.stringify(stack));
  const parameter = (name: string) => ssm.stored()[PREFIX + name];
  return {
    ssm,
    folder,
    write,
    parameter,
    value: (name) => {
      const text = parameter(name)?.value;
      return text === undefined ? undefined : JSON.parse(text);
    },
    run: (args, call = {}) =>
      haineko(args, { cwd: folder, ...call, env: { AWS_ENDPOINT_URL: ssm.url, ...call.env } }),
    async stop() {
      await ssm.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The stack of a stage whose tables the command lays. */
export const BY_COMMAND = {
  tables: 'command',
  authorization: 'none',
  url: 'https://a1b2c3.execute-api.example.com',
  function: 'Haineko-production-Submit',
  log: '/haineko/production',
};
/** ... and of one whose tables `cdk deploy` lays. */
export const BY_STACK = { ...BY_COMMAND, tables: 'stack' };
