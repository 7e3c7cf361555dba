import type { ConfigIssue } from '../../functions/tables/config-error.ts';
import { isPrincipal } from '../../functions/tables/principal.ts';
import type { Authorization } from '../authorization.ts';
import type { StageTables } from './read-tables.ts';

/** Basic authentication beside IAM, and principals without it: both speak by the same header, so that only one of them is ever heard. */
export function mixedCallers(
  { documents, tables }: StageTables,
  authorization: Authorization,
): ConfigIssue[] {
  const { principals, users } = callersIn(documents.password);
  if (authorization === 'none')
    return someOf(principals, "no principals of IAM without authorization: 'iam'");
  const expected =
    "no Basic authentication beside authorization: 'iam', which lets nobody in without a signature";
  return [
    ...someOf(users, "no users of Basic authentication beside authorization: 'iam', principals' ARNs alone"),
    ...(tables.config.require_auth === 1
      ? [{ table: 'haineko.cf', path: 'require_auth', expected, got: '1' }]
      : []),
  ];
}

/** The keys of the table `password`, principals of IAM apart from users of Basic authentication. */
export function callersIn(password: unknown): {
  readonly principals: readonly string[];
  readonly users: readonly string[];
} {
  const names = Object.keys(password ?? {});
  return {
    principals: names.filter(isPrincipal),
    users: names.filter((name) => !isPrincipal(name)),
  };
}

/** The issue of names that should not stand in `password`; none where there are none. */
export function someOf(names: readonly string[], expected: string): ConfigIssue[] {
  return names.length === 0
    ? []
    : [{ table: 'password', path: '', expected, got: `${names.length} of them` }];
}
