import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import { checkedPath, isBelow } from './names.ts';
import { SsmRefusal } from './refusal.ts';
import { newest, type SsmVersion } from './store.ts';

/** A parameter among those of a list, and the version that the list gives of it. */
export type Listed = { readonly name: string; readonly version: SsmVersion };
type Wanted = (name: string, versions: readonly SsmVersion[]) => SsmVersion | undefined;

/** The options of each key; Equals is the default. */
type Keys = Readonly<Record<string, readonly string[]>>;

/** "The following Key values are supported for GetParametersByPath: Type, KeyId, and Label": https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export const BY_PATH_KEYS: Keys = {
  Type: ['Equals', 'BeginsWith'],
  KeyId: ['Equals', 'BeginsWith'],
  Label: ['Equals'],
};

/** All but Label: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html */
export const DESCRIBE_KEYS: Keys = {
  Name: ['Equals', 'BeginsWith', 'Contains'],
  Path: ['Recursive', 'OneLevel'],
  Type: ['Equals', 'BeginsWith'],
  KeyId: ['Equals', 'BeginsWith'],
  Tier: ['Equals', 'BeginsWith'],
};

/**
 * The parameters that pass all filters, by name. With a Label filter each is given in the version that has the label: "a list of
 * specific parameter versions that all use the same label": https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html
 */
export function filtered(
  parameters: ReadonlyMap<string, readonly SsmVersion[]>,
  filters: readonly ParameterStringFilter[] | undefined,
  keys: Keys,
): Listed[] {
  const wanted = (filters ?? []).map((filter) => wantedBy(filter, keys));
  const passing = [...parameters].flatMap(([name, versions]) => {
    const given = wanted.map((want) => want(name, versions));
    if (given.includes(undefined)) return [];
    const labelled = given.find((version) => version !== newest(versions));
    return [{ name, version: labelled ?? newest(versions) }];
  });
  return passing.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function wantedBy({ Key = '', Option, Values = [] }: ParameterStringFilter, keys: Keys): Wanted {
  const options = keys[Key];
  if (!options) {
    throw new SsmRefusal(
      'InvalidFilterKey',
      `The following filter key is not valid: ${Key}. Valid filter keys include: [${Object.keys(keys).join(', ')}].`,
    );
  }
  const option = Option ?? (Key === 'Path' ? 'OneLevel' : 'Equals');
  if (!options.includes(option)) {
    throw new SsmRefusal(
      'InvalidFilterOption',
      `The following filter option is not valid: ${option}. Valid options include: [${options.join(', ')}].`,
    );
  }
  if (Values.length === 0) {
    throw new SsmRefusal('InvalidFilterValue', 'The following filter values are missing : null');
  }
  if (Key === 'Label') {
    return (_, versions) => versions.find(({ labels }) => Values.some((label) => labels.has(label)));
  }
  if (Key === 'Path') {
    const paths = Values.map(checkedPath);
    return (name, versions) =>
      paths.some((path) => isBelow(name, path, option === 'Recursive')) ? newest(versions) : undefined;
  }
  return (name, versions) => {
    const { type, keyId = '', tier } = newest(versions);
    const have = { Name: name, Type: type, KeyId: keyId, Tier: tier }[Key] ?? '';
    const passes = Values.some((value) => matches(have, option, value));
    return passes ? newest(versions) : undefined;
  };
}

function matches(have: string, option: string, value: string): boolean {
  if (option === 'Equals') return have === value;
  return option === 'BeginsWith' ? have.startsWith(value) : have.includes(value);
}
