import type { Conversation } from './conversation.ts';
import type { Extensions } from './extensions.ts';

/** A connection on which MAIL may come next: greeted, under TLS and authenticated as the route says. */
export type Session = { readonly conversation: Conversation; readonly extensions: Extensions };

/** Lets it rest between two mails: the process may end meanwhile. Whatever the server says now ends it. */
export function rest({ conversation }: Session, onOver: () => void): void {
  const { connection } = conversation;
  conversation.listener = () => {
    conversation.close();
    onOver();
  };
  if (connection._socket) connection._socket.unref();
}

/** Takes it up again. */
export function wake({ conversation }: Session): void {
  if (conversation.connection._socket) conversation.connection._socket.ref();
}

/**
 * Says QUIT once all that was asked is answered, and gives the server a second to close (RFC 5321 4.1.1.10): one that
 * is left without a word writes a warning. Nothing depends on the reply.
 */
export function quit({ conversation }: Session): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      conversation.close();
      resolve();
    };
    const timer = setTimeout(done, 1000);
    const proceed = () => {
      if (conversation.over()) done();
      else if (conversation.allAnswered()) conversation.connection.quit();
    };
    conversation.listener = (heard) => {
      // after 354 (a mail to nobody) every word would be the mail's
      if (!('reply' in heard) || heard.to === 'QUIT' || heard.reply.code === '354') done();
      else proceed();
    };
    proceed();
  });
}
