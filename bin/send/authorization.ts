import { CommandFailure, type World, wrongUsage } from '../command.ts';
import { askSecret } from '../terminal/ask.ts';
import type { ApiOptions } from './api-options.ts';
import { checkSecrecy, type Target } from './target.ts';

/** The header fields that say who asks, for each attempt anew: a signature has a time. */
export type Authorize = (body: Uint8Array, now: number) => Promise<Readonly<Record<string, string>>>;

/** By --user (RFC 7617) or a signature (SigV4); nothing where neither is asked for. */
export async function authorization(given: ApiOptions, target: Target, world: World): Promise<Authorize> {
  if (given.user !== undefined) {
    if (target.iam) {
      throw new CommandFailure(
        `--user: the API of stage ${given.stage} has IAM authorization, and takes no passwords`,
        'Leave out --user: the request is signed with your keys for AWS.',
        2,
      );
    }
    return basic(given.user, given, target, world);
  }
  if (!given.iam && !target.iam) return async () => ({});
  checkSecrecy(target, 'the signature', given);
  const { signer } = await import('./signature.ts');
  return signer(target.url, given, target.method);
}

async function basic(user: string, given: ApiOptions, target: Target, world: World): Promise<Authorize> {
  // RFC 7617 2: a colon would end the name
  if (user === '' || /[:\x00-\x1f\x7f]/.test(user))
    throw wrongUsage('--user', 'a user name without a colon', user);
  checkSecrecy(target, 'the password', given);
  const password = await passwordOf(user, given, world);
  const value = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return async () => ({ authorization: value });
}

async function passwordOf(user: string, { passwordStdin }: ApiOptions, world: World): Promise<string> {
  const named = world.env['HAINEKO_PASSWORD'];
  if (passwordStdin) return askSecret(`Password of ${user}`, world);
  if (named) return named;
  if (world.stdin.isTTY) return askSecret(`Password of ${user}`, world);
  // stdin is no terminal, and may belong to a mail
  throw new CommandFailure(
    `--user: expected the password of ${user}, and there is no terminal to ask on`,
    'Set HAINEKO_PASSWORD, or pipe it in with --password-stdin.',
    2,
  );
}
