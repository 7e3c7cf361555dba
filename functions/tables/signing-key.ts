import { createPrivateKey } from 'node:crypto';
import { tableDomain } from './domain.ts';
import { value } from './value.ts';

/** A DKIM key (RFC 6376 3.6.1): the domain and selector that find its public half, and the private one in PEM. */
export type SigningKey = {
  readonly domain: string;
  readonly selector: string;
  readonly privateKey: string;
};

/** The schema of d= (RFC 6376 3.5), in the form in which DNS has it. */
export const signingDomain = () =>
  value<string>('a domain', (input) =>
    typeof input === 'string' && !input.includes('[') ? tableDomain(input) : undefined,
  );

// RFC 6376 3.1: labels as of a domain; the underscore, which DNS takes and some signers use, too
const LABEL = '(?!-)[A-Za-z0-9_-]{1,63}(?<!-)';
const SELECTOR = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** The schema of s= (RFC 6376 3.1). */
export const selectorName = () =>
  value<string>('a selector', (input) =>
    typeof input === 'string' && SELECTOR.test(input) ? input : undefined,
  );

/** The schema of an RSA private key in PEM. RFC 8301 3.2: shorter than 1024 bits is not to be used for signing. */
export const privateKey = () =>
  value<string>('an RSA private key in PEM, of 1024 bits or more, without a passphrase', (input) => {
    if (typeof input !== 'string') return undefined;
    try {
      const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(input);
      return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 1024
        ? input
        : undefined;
    } catch {
      return undefined;
    }
  });
