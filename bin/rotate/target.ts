import { isCredentialName } from '../../functions/tables/authinfo.ts';
import { isUserName } from '../../functions/tables/password.ts';
import { isPrincipal } from '../../functions/tables/principal.ts';
import { CommandFailure, wrongUsage } from '../command.ts';
import type { Stored } from '../stage/parameters.ts';

/** What a name is: a credential of authinfo, or a user of `password`. */
export type Target = 'credential' | 'user';

/** What the call says of it. */
export type Asked = { readonly user?: true; readonly credential?: true; readonly new?: true };

/** Finds out what a name is. Fails where it is nothing, or both, and nothing says which is meant. */
export function targetOf(
  name: string,
  users: Readonly<Record<string, unknown>>,
  stored: ReadonlyMap<string, Stored>,
  asked: Asked,
): Target {
  if (asked.user && asked.credential)
    throw wrongUsage('--user', 'only one of --user and --credential', 'both');
  const isCredential = stored.has(`authinfo/${name}`);
  const isUser = Object.hasOwn(users, name);
  const target = asked.user ? 'user' : asked.credential ? 'credential' : undefined;
  if (isPrincipal(name)) {
    throw wrongUsage('<name>', 'a credential or a user with a password; an IAM principal has neither', name);
  }
  if (asked.new) return targetOfNew(name, target ?? 'credential', isCredential, isUser);
  if (target === 'user' && !isUser) throw none(`user ${name} in password`, '--new --user makes one.');
  if (target === 'credential' && !isCredential)
    throw none(`credential ${name} in authinfo`, '--new makes one.');
  if (target !== undefined) return target;
  if (isCredential && isUser) {
    throw new CommandFailure(`${name} is a credential and a user`, 'Say --credential or --user.', 2);
  }
  if (!isCredential && !isUser) {
    throw none(`credential or user ${name}`, '--new makes a credential, --new --user makes a user.');
  }
  return isCredential ? 'credential' : 'user';
}

function targetOfNew(name: string, target: Target, isCredential: boolean, isUser: boolean): Target {
  if (target === 'user' ? isUser : isCredential) {
    throw new CommandFailure(
      `there is a ${target} ${name} already`,
      'Leave --new out to give it a new secret.',
      2,
    );
  }
  if (target === 'user' && !isUserName(name))
    throw wrongUsage('<name>', 'a user name of 1 to 128 characters without a colon', name);
  if (target === 'credential' && !isCredentialName(name))
    throw wrongUsage('<name>', 'a name of 1 to 64 characters of A-Z a-z 0-9 _ . -', name);
  return target;
}

function none(what: string, hint: string): CommandFailure {
  return new CommandFailure(`there is no ${what}`, hint);
}
