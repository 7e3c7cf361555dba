import { ConfigError } from '../functions/tables/config-error.ts';

/** A stage's name becomes a part of the stack's name, of a log line and of every parameter's name. */
const STAGE = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** Checks a stage's name. Throws a ConfigError that says what a stage may be called. */
export function stageName(given: unknown): string {
  if (typeof given === 'string' && STAGE.test(given)) return given;
  const expected =
    '1 to 32 of a-z, 0-9 and -, with no - at either end, as in: cdk deploy -c stage=production';
  const got = JSON.stringify(given) ?? 'nothing';
  throw new ConfigError('TABLE_VALUE', [{ table: 'stage', path: '', expected, got }]);
}

/** Where a stage's tables are in SSM Parameter Store. Ends in a slash: /haineko/prod/ holds nothing of /haineko/prod-eu/. */
export function parameterPrefix(stage: string): string {
  return `/haineko/${stage}/`;
}
