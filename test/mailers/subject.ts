import type { Relayed } from '../../functions/relay/relay.ts';
import type { Fault, Peer } from './peer.ts';

/** A mailer under the faults: how its server is started, and how one mail goes there. */
export type Subject = {
  readonly name: string;
  start(): Promise<Peer>;
  /** Sends one mail to a port (the server's, or one where nobody listens); large where the fault needs a long mail. */
  send(port: number, size: 'small' | 'large'): Promise<Relayed>;
  /** Faults that its protocol does not have. */
  readonly without: readonly Fault[];
};

/** What became of one mail under one fault. */
export type Cell = { readonly reply: Relayed; readonly accepted: number };

/** Where nobody listens: port 1 of loopback is reserved, and no server of a test gets it. */
const NOBODY = 1;

/** Sends one mail under one fault, to a server of its own. */
export async function suffer(subject: Subject, fault: Fault): Promise<Cell> {
  const peer = await subject.start();
  try {
    peer.behave(fault);
    const port = fault === 'nobody listens' ? NOBODY : peer.port;
    const size = fault === 'reset during the request' ? 'large' : 'small';
    const reply = await subject.send(port, size);
    // a mail that the server takes after we gave up would be one more
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { reply, accepted: peer.accepted() };
  } finally {
    await peer.close();
  }
}
