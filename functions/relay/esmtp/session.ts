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

/** Says QUIT and waits a second for the server to close (RFC 5321 4.1.1.10); nothing depends on the reply. */
export function quit({ conversation }: Session): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      conversation.close();
      resolve();
    };
    const timer = setTimeout(done, 1000);
    timer.unref();
    conversation.listener = done;
    if (conversation.over()) done();
    else conversation.connection.quit();
  });
}
