import { generateKeyPairSync } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import type { Credential } from '../../functions/tables/authinfo.ts';

/** A DKIM key as authinfo has it, and its public half as DNS does. */
export type TestKey = { readonly credential: Credential; readonly name: string; readonly record: string };

/** Makes a key of 2048 bits for a domain. */
export function makeKey(name: string, domain: string, selector: string): TestKey {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const dkim = { domain, selector, privateKey: pair.privateKey };
  return {
    credential: { name, version: '1', username: '', password: '', dkim },
    name: `${selector}._domainkey.${domain}`,
    record: `v=DKIM1; k=rsa; p=${pair.publicKey.toString('base64')}`,
  };
}

/** What the verifier tells; its own types leave some of it out. */
type Verified = {
  readonly status: { readonly result: string };
  readonly signingDomain?: string;
  readonly selector?: string;
  readonly algo?: string;
  readonly format?: string;
  readonly signTime?: string | null;
  readonly signingHeaders?: { readonly keys: string };
};

/** What an independent verifier says of a mail's signatures, with these keys in its DNS. */
export async function verify(octets: Buffer, ...keys: readonly TestKey[]) {
  const { results } = await dkimVerify(octets, {
    async resolver(name: string) {
      const found = keys.find((key) => key.name === name);
      if (!found) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      return [[found.record]];
    },
  });
  return (results as readonly Verified[]).map(({ status, signingDomain, signingHeaders, ...told }) => ({
    result: status.result,
    domain: signingDomain,
    fields: signingHeaders?.keys.toLowerCase().split(/[:\s]+/),
    selector: told.selector,
    algo: told.algo,
    format: told.format,
    signTime: told.signTime,
  }));
}
