import { isLoopback } from '../../functions/tables/loopback.ts';
import { CommandFailure, type World, wrongUsage } from '../command.ts';
import type { SendOptions } from './options.ts';
import { deployedRecord } from './stack-record.ts';

/** Where the local relay listens (`haineko start`). */
const LOCAL = 'http://127.0.0.1:2794';

/** Where a mail is posted to. */
export type Target = {
  /** Of /submit. */
  readonly url: URL;
  /** The API of the stage checks signatures. */
  readonly iam: boolean;
};

/** By --stage, --url, HAINEKO_URL, or else the relay on this machine. */
export async function targetOf(given: SendOptions, { env }: World): Promise<Target> {
  if (given.stage !== undefined) {
    const { url, authorization } = await deployedRecord(given.stage, given);
    return { url: submitUrl('the url of the stage', url), iam: authorization === 'iam' };
  }
  if (given.url !== undefined) return { url: submitUrl('--url', given.url), iam: false };
  const named = env['HAINEKO_URL'];
  return { url: named ? submitUrl('HAINEKO_URL', named) : submitUrl('', LOCAL), iam: false };
}

/** Refuses to tell a credential to whoever listens on the way (RFC 7617 4), but to this machine itself or with --insecure. */
export function checkSecrecy({ url }: Target, what: string, { insecure }: SendOptions): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'https:' || insecure || isLoopback(host)) return;
  throw new CommandFailure(
    `${url.origin} is not encrypted: ${what} would go in the clear (RFC 7617 4)`,
    'Use its https:// URL. --insecure sends it all the same.',
    2,
  );
}

function submitUrl(where: string, given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  // what has an @ may hold a password, and is not shown
  if (given.includes('@'))
    throw new CommandFailure(`${where}: expected a URL without a user or password`, 'Say --user USER.', 2);
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !isHttp || url.hostname === '' || url.search !== '' || url.hash !== '')
    throw wrongUsage(where, 'an https:// or http:// URL, without a query', given);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith('/submit') ? path : `${path}/submit`;
  return url;
}
