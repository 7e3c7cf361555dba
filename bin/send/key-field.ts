import { readKey } from '../../functions/app/idempotency-key.ts';
import { isRefused } from '../../functions/smtp/catalogue.ts';
import { wrongUsage } from '../command.ts';

/** A key as the header field Idempotency-Key has it, a string in quotes (RFC 9651 4.1.6). Throws for one that no Haineko takes. */
export function keyField(key: string): string {
  const field = `"${key.replace(/["\\]/g, '\\$&')}"`;
  if (!isRefused(readKey(field))) return field;
  throw wrongUsage('--key', '1 to 255 printable characters of ASCII', key);
}
