import { ROLE } from '../../bundle/relay.ts';

/** Where the tables are in SSM. */
export const PREFIX = '/haineko/production/';

/** The environment of the deployed function, with SSM at another place. */
export function lambdaVariables(ssm: string): Readonly<Record<string, string>> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: 'Haineko-production-Submit',
    AWS_REGION: 'ap-northeast-1',
    ...ROLE,
    AWS_ENDPOINT_URL_SSM: ssm,
    HAINEKO_PREFIX: PREFIX,
  };
}
