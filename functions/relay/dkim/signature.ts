import { createPrivateKey } from 'node:crypto';
import sign from 'nodemailer/lib/dkim/sign';
import type { SigningKey } from '../../tables/signing-key.ts';
import { bodyHash } from './body-hash.ts';
import { SIGNED_FIELDS } from './signed-fields.ts';

/**
 * The DKIM-Signature field of a mail, with its CRLF. The same mail has the same one at every try: it has no t= (RFC 6376
 * 3.5), and RSA's PKCS #1 v1.5 draws nothing by lot. Throws where the key does not sign.
 */
export async function signatureField(
  head: Uint8Array,
  body: Uint8Array,
  { domain, selector, privateKey }: SigningKey,
): Promise<string> {
  const key = createPrivateKey(privateKey);
  // other kinds sign too, with what no verifier takes for rsa-sha256
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError(`a key of type ${key.asymmetricKeyType}`);
  const field = sign(fieldsOf(head), 'sha256', await bodyHash(body), {
    domainName: domain,
    keySelector: selector,
    privateKey: key,
    headerFieldNames: SIGNED_FIELDS.join(':'),
  });
  // where the key fails nodemailer says no more than that, and would itself send the mail without a signature
  if (field === false) throw new Error('the key does not sign');
  return `${field}\r\n`;
}

/** The fields as nodemailer wants them: names in lower case, lines as they stand, folds included. */
function fieldsOf(head: Uint8Array): { key: string; line: string }[] {
  const lines = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
    .toString('latin1')
    .split(/\r\n(?![ \t])/);
  return lines
    .filter((line) => line !== '')
    .map((line) => ({ key: line.slice(0, line.indexOf(':')).toLowerCase(), line }));
}
