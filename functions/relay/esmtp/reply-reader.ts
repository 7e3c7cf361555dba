import { isUtf8 } from 'node:buffer';
import { parseReply } from '../../smtp/reply.ts';

/** A complete reply of a server, its lines free of control characters. */
export type ServerReply = { readonly code: string; readonly dsn: string | null; readonly message: string[] };

/** What is no reply; an excerpt for the log. */
export type Garbage = { readonly garbage: string };

export type ReplyReader = {
  /** The replies that this piece of the stream completes. After garbage nothing is read any more. */
  read(chunk: Buffer): (ServerReply | Garbage)[];
  /** Whether a reply has begun and not ended. */
  partial(): boolean;
};

// RFC 5321 4.5.3.1.5 says 512 octets a line; nobody needs more than these
const LONGEST_LINE = 8 * 1024;
const LONGEST_REPLY = 64 * 1024;
/** What is neither to be decoded nor to be cleaned. */
const PLAIN = /^[ -~]*$/;
/** Between two replies; each costs a turn of the event loop. */
const MOST_EMPTY_LINES = 100;

/** Reads a server's replies out of its octets, line by line (RFC 5321 4.2.1), stricter than nodemailer: one code a reply. `hide` takes secrets out of what is no reply. */
export function replyReader(hide: (line: string) => string = (line) => line): ReplyReader {
  let rest = '';
  let lines: string[] = [];
  let size = 0;
  let empty = 0;
  let dead = false;

  // hidden before it is cut: half a secret is not found any more
  const excerpt = (line: string): string => JSON.stringify(hide(clean(line)).slice(0, 80));

  const take = (line: string): ServerReply | Garbage | undefined => {
    // stray empty lines between replies do no harm
    if (line === '' && lines.length === 0) {
      empty += 1;
      return empty > MOST_EMPTY_LINES ? { garbage: 'empty lines' } : undefined;
    }
    const [, code, separator] = /^([2-5]\d\d)([ -]|$)/.exec(line) ?? [];
    size += line.length;
    if (code === undefined || size > LONGEST_REPLY) return { garbage: excerpt(line) };
    if (lines[0] !== undefined && !lines[0].startsWith(code)) return { garbage: excerpt(line) };
    lines.push(PLAIN.test(line) ? line : clean(decode(line)));
    if (separator === '-') return undefined;
    const reply = parseReply(lines.join('\n'));
    lines = [];
    size = 0;
    empty = 0;
    return reply ?? { garbage: excerpt(line) };
  };

  return {
    read(chunk) {
      if (dead) return [];
      const found: (ServerReply | Garbage)[] = [];
      const received = (rest + chunk.toString('latin1')).split('\n');
      rest = received.pop() ?? '';
      if (rest.length > LONGEST_LINE) received.push(rest);
      for (const each of received) {
        const line = each.endsWith('\r') ? each.slice(0, -1) : each;
        const item = line.length > LONGEST_LINE ? { garbage: excerpt(line) } : take(line);
        if (item) found.push(item);
        if (item && 'garbage' in item) {
          dead = true;
          break;
        }
      }
      return found;
    },
    partial: () => rest !== '' || lines.length > 0,
  };
}

/** RFC 5321 says ASCII; UTF-8 is common, and what is neither stays readable octet by octet. */
function decode(line: string): string {
  const octets = Buffer.from(line, 'latin1');
  return isUtf8(octets) ? octets.toString('utf8') : line;
}

/** No control or format character (some turn the direction of text, some are not seen) of a hostile server reaches a client or a log. */
function clean(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '');
}
