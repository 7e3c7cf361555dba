import type { DeleteParameterRequest, DeleteParametersRequest } from '@aws-sdk/client-ssm';
import { breaks } from './refusal.ts';
import { type SsmStore, versionsOf } from './store.ts';

/** With all its versions and their labels: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html */
export function deleteParameter({ Name }: Partial<DeleteParameterRequest>, store: SsmStore) {
  versionsOf(store, String(Name));
  store.parameters.delete(String(Name));
  return {};
}

/** 1 to 10 names: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html */
export function deleteParameters({ Names = [] }: Partial<DeleteParametersRequest>, store: SsmStore) {
  if (Names.length < 1) throw breaks('names', '[]', 'length greater than or equal to 1');
  if (Names.length > 10) throw breaks('names', Names, 'length less than or equal to 10');
  const deleted = Names.filter((name) => store.parameters.delete(name));
  return { DeletedParameters: deleted, InvalidParameters: Names.filter((name) => !deleted.includes(name)) };
}
