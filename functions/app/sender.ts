import type { Session } from '../session/session.ts';

/**
 * Who sends, as far as keys and what became of mails are his own: the user (of a role's session the role that let it in:
 * the next session has another ARN), or where there is none the client's address. A page of another site is none of
 * those whose address it speaks from.
 */
export function senderOf({ user, client }: Pick<Session, 'user' | 'client'>): string {
  if (user) return `user ${user.entry ?? user.name}`;
  return `${client.trusted ? 'address' : 'page'} ${client.address}`;
}
