import type { Email } from 'postal-mime';

/** Structures that the relay makes anew, or that lose nothing when it does. */
const KEPT = /^multipart\/(?:mixed|alternative|related)$/;
const SIGNATURES = /^application\/(?:pgp-signature|(?:x-)?pkcs7-signature)$/;
const ENCRYPTED = /^application\/(?:pgp-encrypted|(?:x-)?pkcs7-mime)$/;

/** What of a message's structure (RFC 2046 5) does not outlive the way through the API, in sentences. */
export function brokenStructure({ headers, attachments }: Email): readonly string[] {
  const type = mediaType(headers);
  const has = (pattern: RegExp) => attachments.some(({ mimeType }) => pattern.test(mimeType));
  const said: string[] = [];
  // RFC 1847 2.1: signed are the octets of a part, which are written anew
  if (type === 'multipart/signed' || has(SIGNATURES))
    said.push('its signature (S/MIME or PGP) does not hold any more, the text goes without it');
  if (type === 'multipart/encrypted' || ENCRYPTED.test(type) || has(ENCRYPTED))
    said.push(
      'its encryption (S/MIME or PGP): what is encrypted goes as a file, which few mail programs open',
    );
  if (type.startsWith('multipart/') && !KEPT.test(type) && !/signed|encrypted/.test(type))
    said.push(`its structure ${type}: the parts go as files`);
  if (attachments.some(({ method }) => method !== undefined))
    said.push('its invitation (text/calendar) goes as a file');
  return said;
}

function mediaType(headers: Email['headers']): string {
  const value = headers.find(({ key }) => key === 'content-type')?.value ?? '';
  return value.replace(/;.*/s, '').trim().toLowerCase();
}
