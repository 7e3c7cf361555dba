import type { PutParameterRequest } from '@aws-sdk/client-ssm';
import { checkName } from './names.ts';
import { breaks, invalid, SsmRefusal } from './refusal.ts';
import { layVersion, newest, type SsmStore, type SsmType, type SsmVersion } from './store.ts';

/** The key of the account that SSM takes where none is named. */
const DEFAULT_KEY = 'alias/aws/ssm';
/** Octets of a value: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const MOST = { Standard: 4096, Advanced: 8192 } as const;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export function putParameter(input: Partial<PutParameterRequest>, store: SsmStore) {
  // "The service removes any spaces specified for the beginning or end of a parameter name"
  const name = String(input.Name ?? '').trim();
  const value = input.Value ?? '';
  checkName(name);
  if (value === '') throw breaks('value', '', 'length greater than or equal to 1');
  // "You can't include values wrapped in double brackets {{}}"
  if (/\{\{.*\}\}/s.test(value)) {
    throw invalid('Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.');
  }
  if (input.Overwrite && input.Tags?.length) {
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  const versions = store.parameters.get(name);
  const before = versions && newest(versions);
  if (before && !input.Overwrite) {
    throw new SsmRefusal(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  const type = typeOf(input, before);
  const { version, tier } = layVersion(store, name, {
    type,
    value,
    tier: tierOf(input.Tier, value, before),
    keyId: keyOf(input.KeyId, type),
    description: input.Description ?? before?.description,
  });
  return { Version: version, Tier: tier };
}

/** "Parameter Store doesn't support changing a parameter type"; it may be left out where the parameter is there. */
function typeOf({ Type }: Partial<PutParameterRequest>, before: SsmVersion | undefined): SsmType {
  const type = Type ?? before?.type;
  if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
  if (type !== 'String' && type !== 'StringList' && type !== 'SecureString') {
    throw new SsmRefusal('UnsupportedParameterType', `The parameter type ${type} is not supported.`);
  }
  if (before && before.type !== type) {
    throw new SsmRefusal(
      'HierarchyTypeMismatchException',
      `The parameter can't be changed from ${before.type} to ${type}. You must create a new, unique parameter.`,
    );
  }
  return type;
}

/** "If you don't specify a key ID, the system uses the default key": also of a parameter that was under another. */
function keyOf(keyId: string | undefined, type: SsmType): string | undefined {
  if (type === 'SecureString') return keyId ?? DEFAULT_KEY;
  if (keyId !== undefined) throw invalid('KeyId is required for SecureString type parameter only.');
  return undefined;
}

/**
 * Intelligent-Tiering goes by the size. "You can't revert an advanced parameter to a standard parameter": what is Advanced stays so.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-default-tier.html
 */
function tierOf(
  asked: string | undefined,
  value: string,
  before: SsmVersion | undefined,
): SsmVersion['tier'] {
  const octets = Buffer.byteLength(value);
  const grown = asked === 'Intelligent-Tiering' && octets > MOST.Standard;
  const tier = asked === 'Advanced' || grown || before?.tier === 'Advanced' ? 'Advanced' : 'Standard';
  if (asked === 'Standard' && tier === 'Advanced') {
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  }
  if (octets > MOST[tier]) {
    throw invalid(
      tier === 'Standard'
        ? `Standard tier parameters support a maximum parameter value of ${MOST.Standard} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`
        : `Advanced tier parameters support a maximum parameter value of ${MOST.Advanced} characters.`,
    );
  }
  return tier;
}
