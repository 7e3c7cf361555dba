// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html (ARNs and paths) and reference_iam-quotas.html
// (characters). A path with a colon is not taken: so looks a key whose blank before its value was forgotten.
const PARTITION = 'arn:aws(?:-cn|-us-gov|-iso(?:-[bef])?|-eusc)?';
const NAME = String.raw`[\w+=,.@-]`;
const PATH = String.raw`(?:[!-.0-9;-~]+\/)*`;
const USER = new RegExp(String.raw`^${PARTITION}:iam::\d{12}:(?:root|user\/${PATH}${NAME}{1,64})$`);
const ROLE = new RegExp(String.raw`^(${PARTITION}:iam::\d{12}:role\/)${PATH}(${NAME}{1,64})$`);
const SESSION = new RegExp(
  String.raw`^(${PARTITION}):sts::(\d{12}):assumed-role\/(${NAME}{1,64})\/${NAME}{2,64}$`,
);
const FEDERATED = new RegExp(String.raw`^${PARTITION}:sts::\d{12}:federated-user\/${NAME}{2,32}$`);

/** What an ARN in a table must be, in words. */
export const PRINCIPAL =
  "the ARN of an IAM user, role, role's session, federated user or root ('arn:aws:iam::123456789012:role/NAME')";

/**
 * The form of a principal's ARN by which its entry is kept and looked up: the ARN itself, but a role's without its path
 * (a session's ARN lacks it, and a role's name is unique in its account). Undefined for what is no principal's ARN.
 */
export function principalKey(arn: string): string | undefined {
  const [, account, role] = ROLE.exec(arn) ?? [];
  if (account !== undefined) return `${account}${role}`;
  return USER.test(arn) || SESSION.test(arn) || FEDERATED.test(arn) ? arn : undefined;
}

/** Whether a key of the table `password` is an IAM principal's ARN: such an entry has no password. */
export function isPrincipal(key: string): boolean {
  return principalKey(key) !== undefined;
}

/**
 * The keys by which a caller's entry is looked up, the nearest first: its own ARN, and for a role's session the role's.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function principalKeys(caller: string): readonly string[] {
  const key = principalKey(caller);
  if (key === undefined) return [];
  const [, partition, account, role] = SESSION.exec(caller) ?? [];
  return role === undefined ? [key] : [key, `${partition}:iam::${account}:role/${role}`];
}

/**
 * An ARN as an error may show it; undefined for what is none. Whole where it is a principal's, else up to the kind of
 * its resource: what follows may be a secret whose blank was forgotten.
 */
export function shownArn(key: string): string | undefined {
  if (isPrincipal(key)) return key;
  const [begun] = /^arn:[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:\d*:[a-z-]*/.exec(key) ?? [];
  return begun && `${begun}...`;
}
