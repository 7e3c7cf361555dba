import type { Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { type ReplyReader, replyReader, type ServerReply } from './reply-reader.ts';

/** What a reply answers. CONN is the connection itself (its reply the greeting), DOT the end of the mail. */
export type Verb = 'CONN' | 'EHLO' | 'HELO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'DOT' | 'QUIT';

/** What came from the server: a reply (`to` is undefined where nothing was asked), something else, or the end. */
export type Heard =
  | { readonly reply: ServerReply; readonly to: Verb | undefined }
  | { readonly garbage: string }
  | { readonly lost: string; readonly code: string | undefined };

/** A connection and who has said what on it. While nodemailer speaks we listen: its own errors do not tell the phase. */
export type Conversation = {
  readonly connection: SMTPConnection;
  /** Hears each event; one at a time, the phase under way. */
  listener: (heard: Heard) => void;
  /** Takes the dialogue where the route has `debug: 1`; of the mail under way, like the listener. */
  log: ((line: string) => void) | undefined;
  /**
   * Says commands, all in one write. From the first of them on we alone hear the server: nodemailer opens a session, the
   * mails on it are ours.
   */
  say(commands: readonly string[]): void;
  /** Writes octets of a mail; `gone` is called when they are on their way, and never where the connection is lost. */
  write(octets: Uint8Array, gone?: () => void): void;
  /** The first command that has no reply yet; where all have, the last. */
  pending(): Verb;
  allAnswered(): boolean;
  /** A reply has begun and not ended. */
  midReply(): boolean;
  /** The final dot is on its way: the next reply is its own. */
  expectDot(): void;
  /** Nothing can be said on it any more. */
  over(): boolean;
  close(): void;
};

/** Makes a connection that is not opened yet (connection.connect opens it). `hide` takes secrets out of what is heard. */
export function converse(options: SMTPConnection.Options, hide: (line: string) => string): Conversation {
  const waiting: Verb[] = ['CONN'];
  let last: Verb = 'CONN';
  let over = false;
  let untap: () => void = () => undefined;
  let hearAlone: () => void = ignore;
  let midReply: () => boolean = () => false;
  let tapped: Socket | undefined;

  const tell = (heard: Heard): void => {
    if (over) return;
    if (!('reply' in heard)) over = true;
    conversation.listener(heard);
  };

  const hear = (reader: ReplyReader, chunk: Buffer): void => {
    for (const item of reader.read(chunk)) {
      if (over) return;
      if ('garbage' in item) {
        tell(item);
        continue;
      }
      const to = waiting.shift();
      // only after AUTH can it say what it heard there; elsewhere a short password would be found in honest words
      const reply = to === 'AUTH' ? { ...item, message: item.message.map(hide) } : item;
      conversation.log?.(`S: ${reply.message.map((line) => `${reply.code} ${line}`).join(' / ')}`);
      // RFC 3207 4.2: what is said in clear after this reply is not the server's
      if (to === 'STARTTLS' && item.code.startsWith('2')) untap();
      else tell({ reply, to });
    }
    const upgrading = last === 'STARTTLS' && waiting.length === 0;
    if (upgrading && reader.partial()) tell({ garbage: 'text after the reply to STARTTLS' });
  };

  // our ears come before nodemailer's: whatever it does about a reply, we have heard it
  const tap = (): void => {
    const socket = connection._socket;
    if (!socket || socket === tapped) return;
    untap();
    tapped = socket;
    const reader = replyReader(hide);
    midReply = reader.partial;
    const onData = (chunk: Buffer) => hear(reader, chunk);
    const onEnd = () =>
      tell({ lost: `closed by the server${reader.partial() ? ' within a reply' : ''}`, code: undefined });
    socket.prependListener('data', onData);
    socket.prependListener('end', onEnd);
    hearAlone = () => {
      socket.removeAllListeners('data');
      socket.on('data', onData);
      hearAlone = ignore;
    };
    untap = () => {
      socket.off('data', onData);
      socket.off('end', onEnd);
    };
  };

  const onLog = (entry: { tnx?: string; remotePort?: number }, text?: string): void => {
    if (entry.tnx === 'network' && entry.remotePort !== undefined) tap();
    if (entry.tnx !== 'client' || typeof text !== 'string') return;
    tap();
    said(verbOf(text), text);
  };

  const said = (verb: Verb, text: string): void => {
    last = verb;
    waiting.push(verb);
    conversation.log?.(`C: ${verb === 'AUTH' ? (/^AUTH \S+/.exec(text)?.[0] ?? '(secret)') : text}`);
  };

  const connection = new SMTPConnection({
    ...options,
    // every command, secrets masked, and never a body: that would be `debug`
    transactionLog: true,
    logger: { info: onLog, debug: onLog, warn: ignore, error: ignore },
    socketCloseTimeout: 0,
  });
  // for the connection's life: without a listener an error on an idle connection ends the process
  connection.on('error', (error: Error & { originalCode?: string; code?: string }) =>
    tell({ lost: error.message, code: error.originalCode ?? error.code }),
  );
  connection.on('end', () => tell({ lost: 'closed', code: undefined }));

  const conversation: Conversation = {
    connection,
    listener: ignore,
    log: undefined,
    say(commands) {
      hearAlone();
      for (const each of commands) said(verbOf(each), each);
      tapped?.write(commands.map((each) => `${each}\r\n`).join(''), 'latin1');
    },
    write(octets, gone) {
      tapped?.write(octets, (error) => {
        if (!error) gone?.();
      });
    },
    pending: () => waiting[0] ?? last,
    allAnswered: () => waiting.length === 0,
    midReply: () => midReply(),
    expectDot: () => {
      last = 'DOT';
      waiting.push('DOT');
    },
    over: () => over,
    close: () => {
      over = true;
      connection.close();
    },
  };
  return conversation;
}

const ignore = (): void => undefined;

/** The command of a line that nodemailer sends: what is none of these is a line of an AUTH exchange. */
function verbOf(line: string): Verb {
  const verb = /^(EHLO|HELO|AUTH|MAIL|RCPT) |^(DATA|STARTTLS|QUIT)$/.exec(line);
  return (verb?.[1] ?? verb?.[2] ?? 'AUTH') as Verb;
}
