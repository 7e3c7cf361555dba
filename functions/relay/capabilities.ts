/** What a mailer can express (django-anymail's idea: refuse what cannot be said, never drop it silently). */
export type Capabilities = {
  readonly html: boolean;
  readonly attachments: boolean;
  /** Images that the HTML names by `cid`. */
  readonly inline: boolean;
  /** Header fields beside From, To, Cc, Reply-To and Subject. */
  readonly headers: boolean;
  /** From with several addresses (RFC 5322 3.6.2). */
  readonly severalFrom: boolean;
  /** To and Cc may name others than the recipient: the envelope is ours, not made from them. */
  readonly cc: boolean;
  /** The route may give tags. */
  readonly tags: boolean;
  /** Most octets of the whole mail; undefined: the server says it, or nobody does. */
  readonly size: number | undefined;
  /** MAIL FROM:<>, as a bounce has it. */
  readonly nullSender: boolean;
  /** These are kept; otherwise they are the provider's own, which the answer notes and nothing refuses. */
  readonly charset: boolean;
  readonly ownSender: boolean;
  readonly ownMessageId: boolean;
  readonly ownDate: boolean;
};

/** A mailer that sends the mail's own octets to its own envelope. */
export const EVERYTHING: Capabilities = {
  html: true,
  attachments: true,
  inline: true,
  headers: true,
  severalFrom: true,
  cc: true,
  tags: false,
  size: undefined,
  nullSender: true,
  charset: true,
  ownSender: true,
  ownMessageId: true,
  ownDate: true,
};
