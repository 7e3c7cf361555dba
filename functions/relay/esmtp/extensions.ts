import type { ServerReply } from './reply-reader.ts';

/** What a server offers after EHLO, as far as we choose by it. */
export type Extensions = {
  readonly starttls: boolean;
  /** Mechanisms of SMTP-AUTH, in capitals (RFC 4954 3). */
  readonly auth: ReadonlySet<string>;
  /** It may be told a mail's size (RFC 1870). */
  readonly sizes: boolean;
  /** Most octets a mail may have (RFC 1870 4); undefined where the server says none. */
  readonly size: number | undefined;
  /** RFC 2920: commands may come before the reply to the one before them. */
  readonly pipelining: boolean;
  /** RFC 3461: it may be told which reports are wanted. */
  readonly dsn: boolean;
};

/** What a server offers that only knows HELO. */
export const NO_EXTENSIONS: Extensions = {
  starttls: false,
  auth: new Set(),
  sizes: false,
  size: undefined,
  pipelining: false,
  dsn: false,
};

/** Reads the reply to EHLO: a keyword a line, after the line of the server's name (RFC 5321 4.1.1.1). */
export function parseExtensions(reply: ServerReply): Extensions {
  const auth = new Set<string>();
  const keywords = new Set<string>();
  let size: number | undefined;
  for (const line of reply.message.slice(1)) {
    const [keyword = '', ...parameters] = line.trim().toUpperCase().split(/[ =]+/);
    keywords.add(keyword);
    // "AUTH=PLAIN LOGIN" is how it was written before RFC 2554
    if (keyword === 'AUTH') for (const each of parameters) auth.add(each);
    // RFC 1870 4: 0 means that no limit is fixed
    if (keyword === 'SIZE' && /^\d{1,15}$/.test(parameters[0] ?? ''))
      size = Number(parameters[0]) || undefined;
  }
  return {
    starttls: keywords.has('STARTTLS'),
    auth,
    sizes: keywords.has('SIZE'),
    size,
    pipelining: keywords.has('PIPELINING'),
    dsn: keywords.has('DSN'),
  };
}
