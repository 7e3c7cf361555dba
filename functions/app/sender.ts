import type { Session } from '../session/session.ts';

/**
 * Who sends, as far as keys and what became of mails are his own: the user, or where there is none the client's address.
 * A page of another site is none of those whose address it speaks from.
 */
export function senderOf({ user, client }: Pick<Session, 'user' | 'client'>): string {
  if (user) return `user ${user.name}`;
  return `${client.trusted ? 'address' : 'page'} ${client.address}`;
}
