import { isLoopback } from './loopback.ts';
import { value } from './value.ts';

/** The schema of a URL that credentials are sent to: https, or http to this machine itself; no user, query or fragment. */
export const url = () =>
  value<string>('an https:// URL', (input) => {
    if (typeof input !== 'string' || /[\x00-\x20\x7f?#\\]/.test(input) || !URL.canParse(input))
      return undefined;
    const { protocol, hostname, username, password } = new URL(input);
    if (username + password !== '') return undefined;
    const host = hostname.replace(/^\[|\]$/g, '');
    return protocol === 'https:' || (protocol === 'http:' && isLoopback(host)) ? input : undefined;
  });
