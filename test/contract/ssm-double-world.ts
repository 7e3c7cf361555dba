import {
  LabelParameterVersionCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { expect, onTestFinished } from 'vitest';
import { startSsmDouble } from '../doubles/ssm.ts';

/** A document, and a credential. */
export const NAME = '/haineko/test/mailertable';
export const SECRET = '/haineko/test/authinfo/hashi';

/** A double, the real client of the SDK without retries, and short ways to two commands. */
export async function doubleWorld() {
  const ssm = await startSsmDouble();
  const client = new SSMClient({
    endpoint: ssm.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await ssm.stop();
    expect(ssm.complaints).toEqual([]);
  });
  const put = (more: Partial<PutParameterCommandInput> = {}) =>
    client.send(new PutParameterCommand({ Name: NAME, Value: '{}', Type: 'String', ...more }));
  const label = (Labels: string[], ParameterVersion?: number, Name = NAME) =>
    client.send(new LabelParameterVersionCommand({ Name, Labels, ParameterVersion }));
  return { ssm, client, put, label };
}
