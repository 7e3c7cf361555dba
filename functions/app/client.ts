import type { Client } from '../session/session.ts';
import type { HttpRequest } from './context.ts';

const MOST_CHARACTERS = 512;

/** The client of a request: its address is the platform's word; X-Forwarded-For is the caller's to write and counts nothing. */
export function clientOf({
  remote,
  headers,
  foreign = false,
}: Pick<HttpRequest, 'remote' | 'headers' | 'foreign'>): Client {
  return {
    // an IPv4 client of a dual-stack socket comes as ::ffff:192.0.2.1
    address: remote.address.replace(/^::ffff:(?=\d+\.)/i, ''),
    port: remote.port,
    userAgent: headerText(headers['user-agent']),
    referer: headerText(headers['referer']),
    trusted: !foreign,
  };
}

/** A header's text as UTF-8 where it is (node reads octets as ISO-8859-1), on one line, cut to a sane length; null for none. */
function headerText(value: string | undefined): string | null {
  if (value === undefined) return null;
  if (/^[\x20-\x7e]*$/.test(value)) return value.slice(0, MOST_CHARACTERS);
  const octets = /^[\x00-\xff]*$/.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value;
  const text = octets.includes('\uFFFD') ? value : octets;
  return text.replace(/[\x00-\x1f\x7f]+/g, ' ').slice(0, MOST_CHARACTERS);
}
