import { CommandFailure } from '../command.ts';
import type { StackRecord } from './owner.ts';
import type { Described } from './parameters.ts';

/** The AWS managed key: what SSM takes where none is named. */
const DEFAULT_KEY = 'alias/aws/ssm';

/**
 * Under which key of KMS a secret is laid: the one it was under, since SSM would take its own at each overwriting; a new
 * one is under the stack's, or that of the stage's other secrets. Fails where these have several, and `--key-id` names none.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export function secretKeys(
  described: ReadonlyMap<string, Described>,
  given: string | undefined,
  record: StackRecord | undefined,
): (name: string) => string | undefined {
  const inUse = new Set([...described.values()].flatMap(({ keyId }) => keyId ?? []));
  return (name) => {
    const key = named(given) ?? described.get(name)?.keyId ?? record?.encryptionKey;
    if (key !== undefined) return key === DEFAULT_KEY ? undefined : key;
    if (inUse.size > 1) {
      throw new CommandFailure(
        `${name}: the stage's secrets are under several keys of KMS`,
        `Name one with --key-id: ${[...inUse].join(', ')}`,
      );
    }
    const [only] = inUse;
    return only === DEFAULT_KEY ? undefined : only;
  };
}

/** Whether a secret lies under another key than the call names. */
export function underOtherKey(
  described: ReadonlyMap<string, Described>,
  given: string | undefined,
): (name: string) => boolean {
  const key = named(given);
  return (name) => key !== undefined && described.get(name)?.keyId !== key;
}

/** The managed key by the name that AWS's console has for it, too. */
function named(key: string | undefined): string | undefined {
  return key === 'aws/ssm' ? DEFAULT_KEY : key;
}
