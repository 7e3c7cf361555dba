import { isPrincipal } from '../../../functions/tables/principal.ts';
import { callersIn } from '../mixed-callers.ts';
import type { Seen } from './seen.ts';

/** Addresses of documentation and of nobody's neighbours: who permits them all permits everybody. */
const FAR_APART = [
  ['1.0.0.1', '192.0.2.1', '198.51.100.1', '223.255.255.1'],
  ['2001:db8::1', '2400::1', '2c00::1'],
];

/** Whether strangers may connect without a password. */
export function isOpenToClients({ authorization, tables }: Seen): boolean {
  // a principal of IAM is let in by `password` alone
  if (authorization === 'iam' || tables.config.require_auth === 1) return false;
  return FAR_APART.some((addresses) => addresses.every((address) => tables.relayhosts.permits(address)));
}

/** Whether it is open by its flag: a network permits addresses alone. */
export function permitsAnything({ tables }: Seen): boolean {
  return tables.relayhosts.permits('');
}

/** Whether a password is asked of everybody. */
export function isPasswordRequired({ authorization, tables }: Seen): boolean {
  return authorization === 'none' && tables.config.require_auth === 1;
}

/** Whether anybody has a password: here, or in SSM where somebody looked. */
export function hasUsers({ documents, laid }: Seen): boolean {
  return (
    callersIn(documents.password).users.length > 0 || laid?.users.some((name) => !isPrincipal(name)) === true
  );
}

/** A stack lays the folder's principals, and takes away those that it laid before; the command leaves SSM's where the folder has none. */
export function hasPrincipals({ documents, laid }: Seen): boolean {
  if (callersIn(documents.password).principals.length > 0) return true;
  return (
    documents.password === undefined && laid?.tables !== 'stack' && laid?.users.some(isPrincipal) === true
  );
}

/** Without networks it permits loopback alone, from where nobody comes to Lambda. */
export function permitsNobody(seen: Seen): boolean {
  const { relayhosts } = Object(seen.documents.relayhosts ?? {});
  return !permitsAnything(seen) && !(Array.isArray(relayhosts) && relayhosts.length > 0);
}
