import { createHash } from 'node:crypto';
import { SsmRefusal } from './refusal.ts';

/** The type of a parameter's value. */
export type SsmType = 'String' | 'StringList' | 'SecureString';

/** One version of a parameter, as it lies in the double. */
export type SsmVersion = {
  readonly version: number;
  readonly type: SsmType;
  readonly value: string;
  readonly tier: 'Standard' | 'Advanced';
  /** Of a SecureString: the key as PutParameter named it. */
  readonly keyId: string | undefined;
  readonly description: string | undefined;
  /** Seconds of the epoch. */
  readonly modified: number;
  readonly labels: Set<string>;
};

/** Everything that the double holds. */
export type SsmStore = {
  /** Versions by name, the oldest first; never an empty list. */
  readonly parameters: Map<string, SsmVersion[]>;
  readonly settings: Map<string, string>;
  /** Most items that a page of a list has, whatever was asked for; undefined: as asked for. */
  page: number | undefined;
};

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html */
const MOST_VERSIONS = 100;
const ACCOUNT = '123456789012';
/** Who changed everything. */
export const USER = `arn:aws:iam::${ACCOUNT}:user/neko`;

/** The ARN of a parameter: a name without a leading slash gets one. */
export function arnOf(name: string): string {
  return `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}

/** The versions of a name that is there, or ParameterNotFound, in which the real one says no word. */
export function versionsOf({ parameters }: SsmStore, name: string): SsmVersion[] {
  const versions = parameters.get(name);
  if (!versions) throw new SsmRefusal('ParameterNotFound');
  return versions;
}

/** The newest of versions. */
export function newest(versions: readonly SsmVersion[]): SsmVersion {
  return versions.at(-1) as SsmVersion;
}

/**
 * Lays a version on top: its number is the next one, a parameter made anew begins at 1. Of 101 the oldest goes, but not where it has a label.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html#API_PutParameter_Errors
 */
export function layVersion(
  { parameters }: SsmStore,
  name: string,
  laid: Pick<SsmVersion, 'type' | 'value' | 'tier' | 'keyId' | 'description'>,
): SsmVersion {
  const versions = parameters.get(name) ?? [];
  const [oldest] = versions;
  if (oldest && versions.length === MOST_VERSIONS) {
    if (oldest.labels.size > 0) {
      throw new SsmRefusal(
        'ParameterMaxVersionLimitExceeded',
        `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
      );
    }
    versions.shift();
  }
  const version = {
    ...laid,
    version: (versions.at(-1)?.version ?? 0) + 1,
    modified: Date.now() / 1000,
    labels: new Set<string>(),
  };
  parameters.set(name, [...versions, version]);
  return version;
}

/**
 * A version's value as an answer has it: a SecureString that nobody asked to decrypt is a text in which the value is not.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html#systemsmanager-GetParameter-request-WithDecryption
 */
export function shownValue({ type, value, version }: SsmVersion, decrypt: boolean): string {
  if (type !== 'SecureString' || decrypt) return value;
  return `AQICAHh${createHash('sha512').update(`${version} ${value}`).digest('base64')}`;
}

/** A version as GetParameter, GetParameters and GetParametersByPath give it: no KeyId, no labels. */
export function shownParameter(name: string, version: SsmVersion, decrypt: boolean) {
  return {
    ARN: arnOf(name),
    DataType: 'text',
    LastModifiedDate: version.modified,
    Name: name,
    Type: version.type,
    Value: shownValue(version, decrypt),
    Version: version.version,
  };
}
