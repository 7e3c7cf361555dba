import { isLoopback } from '../../functions/tables/loopback.ts';
import { CommandFailure, type World, wrongUsage } from '../command.ts';
import type { ApiOptions } from './api-options.ts';
import { deployedRecord } from './stack-record.ts';

/** Where the local relay listens (`haineko start`). */
const LOCAL = 'http://127.0.0.1:2794';

/** What a Haineko is asked for: a path of its API. */
export type Endpoint = { readonly method: 'POST' | 'GET'; readonly path: `/${string}` };

/** Where a mail is posted to. */
export const SUBMIT: Endpoint = { method: 'POST', path: '/submit' };

/** Where a request goes. */
export type Target = {
  readonly method: Endpoint['method'];
  readonly url: URL;
  /** The API of the stage checks signatures. */
  readonly iam: boolean;
};

/** By --stage, --url, HAINEKO_URL, or else the relay on this machine. */
export async function targetOf(
  given: ApiOptions,
  { method, path }: Endpoint,
  { env }: Pick<World, 'env'>,
): Promise<Target> {
  if (given.stage !== undefined) {
    const { url, authorization } = await deployedRecord(given.stage, given);
    return { method, url: urlOf('the url of the stage', url, path), iam: authorization === 'iam' };
  }
  const named = env['HAINEKO_URL'];
  const url =
    given.url !== undefined
      ? urlOf('--url', given.url, path)
      : named
        ? urlOf('HAINEKO_URL', named, path)
        : urlOf('', LOCAL, path);
  return { method, url, iam: false };
}

/** Refuses to tell a credential to whoever listens on the way (RFC 7617 4), but to this machine itself or with --insecure. */
export function checkSecrecy({ url }: Target, what: string, { insecure }: ApiOptions): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'https:' || insecure || isLoopback(host)) return;
  throw new CommandFailure(
    `${url.origin} is not encrypted: ${what} would go in the clear (RFC 7617 4)`,
    'Use its https:// URL. --insecure sends it all the same.',
    2,
  );
}

/** Of a path of the API, whose URL may be given with /submit. */
function urlOf(where: string, given: string, path: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  // what has an @ may hold a password, and is not shown
  if (given.includes('@'))
    throw new CommandFailure(`${where}: expected a URL without a user or password`, 'Say --user USER.', 2);
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !isHttp || url.hostname === '' || url.search !== '' || url.hash !== '')
    throw wrongUsage(where, 'an https:// or http:// URL, without a query', given);
  url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/submit$/, '')}${path}`;
  return url;
}
