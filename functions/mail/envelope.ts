import type { Address } from './address.ts';

/** Who sends and to whom (RFC 5321 2.3.1). `mail` is null only for our own bounces (RFC 5321 4.5.5). */
export type Envelope = { readonly mail: Address | null; readonly rcpt: readonly Address[] };
