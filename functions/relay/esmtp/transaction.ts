import { held, unfit } from '../own-answers.ts';
import type { Answer, Delivery, HandOver } from '../relay.ts';
import type { TimeLeft } from '../time-left.ts';
import { accepted, type Failure, failed, refused } from './answers.ts';
import type { Heard, Verb } from './conversation.ts';
import { envelopeCommands } from './envelope-commands.ts';
import { pour } from './pour.ts';
import type { ServerReply } from './reply-reader.ts';
import { quit, type Session } from './session.ts';

/** How a transaction ended. */
export type Transacted = {
  readonly answer: Answer;
  /** Lost, 421 or 530 before the server said 354: on a kept connection that is the connection's fault, not the mail's. */
  readonly stale: boolean;
  /** The session may carry the next mail; it is closed otherwise. */
  readonly reusable: boolean;
};

/**
 * One mail transaction: MAIL, RCPT, DATA, the mail, the final dot (RFC 5321 3.3; RFC 2920 where PIPELINING is offered).
 * Settles by the server's replies.
 */
export function transact(
  session: Session,
  delivery: Delivery,
  time: TimeLeft,
  handOver: HandOver,
): Promise<Transacted> {
  const { conversation, extensions } = session;
  const size = octets(delivery);
  // RFC 1870 4: the server said the most it takes; what is over that is not even begun
  if (extensions.size !== undefined && size > extensions.size) {
    const answer = unfit(
      '552',
      '5.3.4',
      'MAIL',
      `Message size ${size} is over the server's limit ${extensions.size}`,
    );
    return Promise.resolve({ answer, stale: false, reusable: true });
  }
  return new Promise((resolve) => {
    let body = false;
    let settled = false;

    const settle = (answer: Answer, then: 'keep' | 'quit' | 'close', stale = false): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      conversation.listener = () => conversation.close();
      if (then === 'close') conversation.close();
      if (then === 'quit') void quit(session);
      // a turn later: what came with the last reply is heard first
      setImmediate(() => resolve({ answer, stale, reusable: then === 'keep' && !conversation.over() }));
    };
    const fail = (how: Failure, cause: string): void =>
      settle(failed(conversation.pending(), how, cause), 'close', how === 'lost' && !body);
    const timer = setTimeout(() => fail('late', 'timed out'), time.ms());

    const mayGo = (): boolean => {
      if (settled || !body) return false;
      // what began before the dot is no reply to it
      if (conversation.midReply()) {
        fail('garbage', 'a reply before the final dot');
        return false;
      }
      if (!time.enoughForAnswer()) {
        settle(held('DATA', '4.4.7', 'Too little time left for the reply: the mail was not sent'), 'close');
        return false;
      }
      return true;
    };
    const release = (): boolean | Promise<boolean> => {
      const go = (): boolean => {
        if (mayGo()) conversation.expectDot();
        return !settled;
      };
      const asked = mayGo() ? handOver() : undefined;
      return asked
        ? asked.then((withheld) => {
            if (withheld) settle(withheld, 'close');
            return go();
          })
        : go();
    };

    // RFC 2920 3.1: all of it may go at once where PIPELINING is offered, with DATA at its end
    const later = [...envelopeCommands(delivery, size, extensions)];
    const goOn = (): void => {
      if (!settled) conversation.say(later.splice(0, 1));
    };

    const onReply = (to: Verb, reply: ServerReply): void => {
      const { code } = reply;
      if (/^[45]/.test(code)) {
        // in the middle of the mail QUIT would be a line of it; after 421 nobody listens (RFC 5321 3.8)
        const inMail = body && to !== 'DOT';
        // RFC 4954 6: 530, no authentication is in force (any more): a server may end it when the password changes
        const stale = !body && (code === '421' || code === '530');
        settle(refused(to, reply), inMail || code === '421' ? 'close' : 'quit', stale);
      } else if (to === 'DOT' && code.startsWith('2')) settle(accepted(reply), 'keep');
      else if (to === 'DATA' && code === '354') {
        body = true;
        pour(conversation.write, [delivery.head, delivery.body], () => !settled, release);
      } else if ((to !== 'MAIL' && to !== 'RCPT') || !code.startsWith('2')) {
        settle(failed(to, 'garbage', `${code} in reply to ${to}`), 'close');
      }
      // a turn later: a second reply that came with this one was not asked for
      else if (later.length > 0) setImmediate(goOn);
    };

    conversation.listener = (heard: Heard): void => {
      if ('garbage' in heard) fail('garbage', heard.garbage);
      else if ('lost' in heard) fail('lost', heard.lost);
      else if (heard.to !== undefined) onReply(heard.to, heard.reply);
      // a refusal in the middle of the mail counts, as does 421 at any time (RFC 5321 3.8); a 2yz there is garbage
      else if (/^[45]/.test(heard.reply.code) && (body || heard.reply.code === '421'))
        onReply(conversation.pending(), heard.reply);
      else fail('garbage', `unasked ${heard.reply.code}`);
    };

    // it ended when nobody listened: before MAIL, whatever the last mail on it has heard
    if (conversation.over()) settle(failed('MAIL', 'lost', 'closed'), 'close', true);
    else if (extensions.pipelining) conversation.say(later.splice(0));
    else goOn();
  });
}

/** RFC 1870 5: the mail's octets with CRLF line ends, without stuffed dots and the final one. */
function octets({ head, body }: Delivery): number {
  const last = body.length > 0 ? body : head;
  return head.length + body.length + (last.at(-1) === 0x0a ? 0 : 2);
}
