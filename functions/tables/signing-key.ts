import { createPrivateKey } from 'node:crypto';
import { value } from './value.ts';

/** A DKIM key (RFC 6376 3.6.1): the domain and selector that find its public half, and the private one in PEM. */
export type SigningKey = {
  readonly domain: string;
  readonly selector: string;
  readonly privateKey: string;
};

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
