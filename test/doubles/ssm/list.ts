import type {
  DescribeParametersRequest,
  GetParameterHistoryRequest,
  GetParametersByPathRequest,
} from '@aws-sdk/client-ssm';
import { BY_PATH_KEYS, DESCRIBE_KEYS, filtered } from './filters.ts';
import { checkedPath, isBelow } from './names.ts';
import { pageOf } from './pages.ts';
import {
  arnOf,
  type SsmStore,
  type SsmVersion,
  shownParameter,
  shownValue,
  USER,
  versionsOf,
} from './store.ts';

/** At most 10 a page: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export function getParametersByPath(input: Partial<GetParametersByPathRequest>, store: SsmStore) {
  const path = checkedPath(input.Path);
  const all = filtered(store.parameters, input.ParameterFilters, BY_PATH_KEYS).filter(({ name }) =>
    isBelow(name, path, input.Recursive === true),
  );
  const { items, ...next } = pageOf(all, input, { results: 10, usual: 10 }, store);
  return {
    Parameters: items.map(({ name, version }) =>
      shownParameter(name, version, input.WithDecryption === true),
    ),
    ...next,
  };
}

/**
 * At most 50 a page, never a value: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
 * How many a page has where nothing was asked for is not documented: 10, so that nobody relies on more.
 */
export function describeParameters(input: Partial<DescribeParametersRequest>, store: SsmStore) {
  const all = filtered(store.parameters, input.ParameterFilters, DESCRIBE_KEYS);
  const { items, ...next } = pageOf(all, input, { results: 50, usual: 10 }, store);
  return { Parameters: items.map(({ name, version }) => metadata(name, version)), ...next };
}

/** Oldest first, at most 50 a page: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
export function getParameterHistory(input: Partial<GetParameterHistoryRequest>, store: SsmStore) {
  const name = String(input.Name);
  const all = versionsOf(store, name);
  const { items, ...next } = pageOf(all, input, { results: 50, usual: 50 }, store);
  return {
    Parameters: items.map((version) => {
      const { ARN: _, ...about } = metadata(name, version);
      return {
        ...about,
        Value: shownValue(version, input.WithDecryption === true),
        Labels: [...version.labels],
      };
    }),
    ...next,
  };
}

function metadata(name: string, { type, version, modified, tier, keyId, description }: SsmVersion) {
  return {
    Name: name,
    ARN: arnOf(name),
    Type: type,
    KeyId: keyId,
    LastModifiedDate: modified,
    LastModifiedUser: USER,
    Description: description,
    Version: version,
    Tier: tier,
    Policies: [],
    DataType: 'text',
  };
}
