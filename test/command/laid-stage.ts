import { onTestFinished } from 'vitest';
import { type SsmDouble, startSsmDouble } from '../doubles/ssm.ts';
import { type Call, type Ended, haineko } from './haineko.ts';

/** A stage that lies in SSM, whoever laid it, and the command against it: no folder of tables. */
export type LaidStage = {
  readonly ssm: SsmDouble;
  /** Lays parameters of the stage: secrets as SecureStrings. */
  lay(parameters: Readonly<Record<string, unknown>>): void;
  run(args: readonly string[], call?: Call): Promise<Ended>;
  /** The names that stand under the stage now. */
  names(): string[];
};

/** Starts a double for one test; it ends with it. */
export async function laidStage(stage = 'test'): Promise<LaidStage> {
  const ssm = await startSsmDouble();
  onTestFinished(() => ssm.stop());
  const prefix = `/haineko/${stage}/`;
  return {
    ssm,
    lay(parameters) {
      for (const [name, value] of Object.entries(parameters)) {
        const secret = /^(?:password|authinfo)(?:\/|$)/.test(name);
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        ssm.put(prefix + name, text, secret ? 'SecureString' : 'String');
      }
    },
    run: (args, call = {}) => haineko(args, { ...call, env: { AWS_ENDPOINT_URL: ssm.url, ...call.env } }),
    names: () =>
      Object.keys(ssm.stored())
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length))
        .sort(),
  };
}

/** A record of the stack, as infra/ lays it. */
export const STACK = {
  tables: 'command',
  authorization: 'none',
  url: 'https://a1b2c3d4e5.execute-api.ap-northeast-1.amazonaws.com',
  function: 'Haineko-test-Submit',
  log: 'Haineko-test-SubmitLog',
};
