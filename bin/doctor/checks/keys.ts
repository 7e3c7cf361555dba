import type { Described } from '../../stage/parameters.ts';
import { type Check, fail, ok, type Said, warn } from '../finding.ts';

/** The AWS managed key: whoever may read a parameter of the account may decrypt by it. */
const MANAGED = 'alias/aws/ssm';

/** Whether the function may decrypt the secrets: by aws/ssm, or by the key that the stage was told of. */
export const keys: Check = {
  name: 'keys',
  async look({ deployed, parameters, stage }) {
    const read = await deployed();
    // without the stack's record nobody knows which key the function may use
    if (!read.record) return [];
    const { encryptionKey } = read.record;
    const described = await parameters.describe();
    const secrets = [...read.parameters.values()].filter(({ type }) => type === 'SecureString');
    const said = secrets.flatMap(({ name }) => ofSecret(name, described.get(name), encryptionKey, stage));
    return said.length > 0 || secrets.length === 0 ? said : [ok('the function may decrypt all secrets')];
  },
};

function ofSecret(
  name: string,
  described: Described | undefined,
  encryptionKey: string | undefined,
  stage: string,
): Said[] {
  const { keyId } = described ?? {};
  if (keyId === undefined) return [];
  const again = (key: string) =>
    `Lay it anew under ${key}: --key-id of haineko push ${stage} or haineko rotate ${stage}.`;
  if (keyId === MANAGED)
    return encryptionKey === undefined
      ? []
      : [warn(`${name} is under aws/ssm, and not under the stage's encryptionKey`, again(encryptionKey))];
  if (encryptionKey === undefined) {
    return [
      fail(
        `${name} is under the key ${keyId}, by which the function may not decrypt`,
        `encryptionKey of the stage, then npx cdk deploy -c stage=${stage}. Or ${again('aws/ssm').replace(/^L/, 'l')}`,
      ),
    ];
  }
  // an alias may be that of any key
  const same = keyId.startsWith('alias/') || keyId.includes(':alias/') || encryptionKey.endsWith(keyId);
  return same
    ? []
    : [
        fail(
          `${name} is under the key ${keyId}, and the function may use ${encryptionKey} alone`,
          again(encryptionKey),
        ),
      ];
}
