import { setTimeout as sleep } from 'node:timers/promises';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { parameterPrefix, stageName } from '../../infra/stage.ts';
import { ssmClient } from '../aws/clients.ts';
import { trouble } from '../aws/trouble.ts';
import type { AwsOptions } from '../command.ts';

/** A parameter's version as SSM has it. */
export type Stored = {
  /** Under the stage: `mailertable`, `authinfo/Google`. */
  readonly name: string;
  readonly value: string;
  readonly type: 'String' | 'SecureString' | 'StringList';
  readonly version: number;
  readonly modified: Date;
};

/** A version in a parameter's history. */
export type PastVersion = Pick<Stored, 'value' | 'version' | 'modified'> & {
  readonly labels: readonly string[];
};

/** What SSM tells of a parameter beside its value. */
export type Described = { readonly keyId: string | undefined; readonly tier: string };

/** A stage's parameters in SSM Parameter Store. Everything rejects with a CommandFailure that says what to do. */
export type StageParameters = {
  readonly prefix: string;
  /** All of them, by name; with a label: the versions that have it. Decrypted, but where they are asked for as they lie. */
  list(asked?: { readonly label?: string; readonly sealed?: true }): Promise<ReadonlyMap<string, Stored>>;
  /** All versions that SSM still has (100 at most), oldest first; none where there is no such parameter. */
  history(name: string): Promise<readonly PastVersion[]>;
  describe(): Promise<ReadonlyMap<string, Described>>;
  /** Makes or changes a parameter; its new version. A SecureString must be given its key: SSM forgets it otherwise. */
  put(
    name: string,
    value: string,
    as: Pick<Stored, 'type'> & { readonly keyId?: string | undefined },
  ): Promise<number>;
  remove(names: readonly string[]): Promise<void>;
  /** Gives a version a label; another version of the parameter loses it. */
  label(name: string, version: number, label: string): Promise<void>;
  unlabel(name: string, version: number, label: string): Promise<void>;
  /** Which account and region, as the parameters that were listed tell; undefined where there were none. */
  place(): string | undefined;
  /** The client itself, for what only one command asks. */
  readonly client: SSMClient;
  close(): void;
};

/** DeleteParameters takes no more. */
export const MOST_NAMES = 10;
/** A change right after another is refused now and then. */
const MOST_TRIES = 6;

/** Opens a stage's parameters. Throws a ConfigError where the stage's name is none. */
export async function openStage(given: string, options: AwsOptions): Promise<StageParameters> {
  const prefix = parameterPrefix(stageName(given));
  const sdk = await import('@aws-sdk/client-ssm');
  const client = await ssmClient(options);
  const Path = prefix.slice(0, -1);
  const nameOf = (full = '') => full.slice(prefix.length);
  const doing = async <T>(action: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw trouble(error, { action: `ssm:${action}`, ...options });
    }
  };

  let place: string | undefined;
  /** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html (TooManyUpdates): the SDK does not repeat it. */
  const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof sdk.TooManyUpdates) || tries === MOST_TRIES) throw error;
        await sleep(100 * 2 ** tries * (0.5 + Math.random()));
      }
    }
  };

  const history: StageParameters['history'] = (name) =>
    doing('GetParameterHistory', async () => {
      const versions: PastVersion[] = [];
      const asked = { Name: prefix + name, WithDecryption: true };
      try {
        for await (const page of sdk.paginateGetParameterHistory({ client, pageSize: 50 }, asked)) {
          for (const { Value = '', Version = 0, LastModifiedDate, Labels = [] } of page.Parameters ?? []) {
            const modified = LastModifiedDate ?? new Date(0);
            versions.push({ value: Value, version: Version, modified, labels: Labels });
          }
        }
      } catch (error) {
        if (error instanceof sdk.ParameterNotFound) return [];
        throw error;
      }
      return versions.sort((one, other) => one.version - other.version);
    });

  const unlabel: StageParameters['unlabel'] = (name, version, label) =>
    doing('UnlabelParameterVersion', async () => {
      const command = new sdk.UnlabelParameterVersionCommand({
        Name: prefix + name,
        ParameterVersion: version,
        Labels: [label],
      });
      await patiently(() => client.send(command));
    });

  return {
    prefix,
    client,
    place: () => place,
    list: ({ label, sealed } = {}) =>
      doing('GetParametersByPath', async () => {
        const found = new Map<string, Stored>();
        const filter = label === undefined ? {} : { ParameterFilters: [{ Key: 'Label', Values: [label] }] };
        const asked = { Path, Recursive: true, WithDecryption: !sealed, ...filter };
        for await (const page of sdk.paginateGetParametersByPath({ client, pageSize: 10 }, asked)) {
          for (const { Name, ARN, Value = '', Type, Version = 0, LastModifiedDate } of page.Parameters ??
            []) {
            const name = nameOf(Name);
            place ??= placeOf(ARN);
            const type = Type ?? 'String';
            const modified = LastModifiedDate ?? new Date(0);
            found.set(name, { name, value: Value, type, version: Version, modified });
          }
        }
        return found;
      }),
    history,
    unlabel,
    describe: () =>
      doing('DescribeParameters', async () => {
        const found = new Map<string, Described>();
        const asked = { ParameterFilters: [{ Key: 'Path', Option: 'Recursive', Values: [Path] }] };
        for await (const page of sdk.paginateDescribeParameters({ client, pageSize: 50 }, asked)) {
          for (const { Name, KeyId, Tier = 'Standard' } of page.Parameters ?? [])
            found.set(nameOf(Name), { keyId: KeyId, tier: Tier });
        }
        return found;
      }),
    put: (name, value, { type, keyId }) =>
      doing('PutParameter', async () => {
        const key = type === 'SecureString' && keyId !== undefined ? { KeyId: keyId } : {};
        const command = new sdk.PutParameterCommand({
          Name: prefix + name,
          Value: value,
          Type: type,
          Overwrite: true,
          // standard up to 4 KB, advanced up to 8 KB
          Tier: 'Intelligent-Tiering',
          ...key,
        });
        try {
          return (await patiently(() => client.send(command))).Version ?? 0;
        } catch (error) {
          if (!(error instanceof sdk.ParameterMaxVersionLimitExceeded)) throw error;
          // of 100 versions the oldest makes room for the next, unless it has a label: a push of long ago. What somebody
          // else labelled is somebody else's to keep
          const [oldest] = await history(name);
          const { version = 0, labels = [] } = oldest ?? {};
          if (!labels.every(isPushLabel)) throw error;
          for (const each of labels) await unlabel(name, version, each);
          return (await patiently(() => client.send(command))).Version ?? 0;
        }
      }),
    remove: (names) =>
      doing('DeleteParameters', async () => {
        for (let at = 0; at < names.length; at += MOST_NAMES) {
          const Names = names.slice(at, at + MOST_NAMES).map((name) => prefix + name);
          await client.send(new sdk.DeleteParametersCommand({ Names }));
        }
      }),
    label: (name, version, label) =>
      doing('LabelParameterVersion', async () => {
        const command = new sdk.LabelParameterVersionCommand({
          Name: prefix + name,
          ParameterVersion: version,
          Labels: [label],
        });
        const { InvalidLabels = [] } = await patiently(() => client.send(command));
        if (InvalidLabels.length > 0) throw new Error(`SSM takes no label ${label}`);
      }),
    close: () => client.destroy(),
  };
}

/** Where a question is about: ` (account 123456789012, ap-northeast-1)`; nothing where nobody knows. */
export function inPlace({ place }: Pick<StageParameters, 'place'>): string {
  const known = place();
  return known === undefined ? '' : ` (${known})`;
}

/** `account 123456789012, ap-northeast-1`, out of a parameter's ARN. */
function placeOf(arn: string | undefined): string | undefined {
  const [, region, account] = /^arn:[^:]*:ssm:([^:]*):(\d*):/.exec(arn ?? '') ?? [];
  return account === undefined ? undefined : `account ${account}, ${region}`;
}

/** Whether a label is one of ours. */
function isPushLabel(label: string): boolean {
  return /^push-\d+$/.test(label);
}
