/** Charsets that header.charset may name (wire.md). */
export const CHARSETS = ['UTF-8', 'ISO-2022-JP', 'ISO-8859-1', 'US-ASCII'] as const;
export type Charset = (typeof CHARSETS)[number];

/**
 * One header field, not yet encoded. `text` is unstructured (RFC 5322 2.2.1), `addresses` an address list (3.4),
 * `structured` is ASCII that may fold at its spaces and is written as it is (Received, Message-Id, References).
 */
export type Field = {
  readonly name: string;
  readonly kind: 'text' | 'addresses' | 'structured';
  readonly value: string;
};

/** A file that the client attached; `content` is decoded. */
export type Attachment = {
  readonly filename: string | undefined;
  readonly type: string | undefined;
  readonly content: Uint8Array;
  /** Content-Id of an inline image, without its angle brackets. */
  readonly cid: string | undefined;
};

/** What the client wrote: a text, an HTML, or both. */
export type Content = {
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly Attachment[];
};

/** A file with what its author left out: every one has a name and a type, the same whichever way the mail goes. */
export type NamedFile = Attachment & { readonly filename: string; readonly type: string };

/** A content whose files all have a name and a type. */
export type NamedContent = Omit<Content, 'attachments'> & { readonly attachments: readonly NamedFile[] };

/** The body, encoded once for all recipients, with the header fields that describe it. */
export type EncodedBody = {
  /** 7-bit octets, CRLF line ends, no dot-stuffing. */
  readonly octets: Uint8Array;
  /** MIME-Version, Content-Type, Content-Transfer-Encoding: complete lines. */
  readonly fields: string;
};
