/** A file as POST /submit takes it. */
export type AttachedFile = {
  readonly filename?: string;
  readonly type?: string;
  readonly cid?: string;
  /** Base64 (RFC 4648 4). */
  readonly content: string;
};

/** A mail as far as options, or a message, say what it is. */
export type Mail = {
  readonly ehlo?: string;
  /** Envelope sender. */
  readonly mail?: string;
  /** Envelope recipients. */
  readonly rcpt?: readonly string[];
  /** Header fields, by their names as they were written. */
  readonly header: ReadonlyMap<string, string>;
  readonly body?: string;
  readonly html?: string;
  readonly attachments: readonly AttachedFile[];
};

/** The JSON that is posted. */
export type SubmitDocument = Readonly<Record<string, unknown>>;

/** A mail as JSON for POST /submit; what it lacks is left out. */
export function documentOf({ header, attachments, ...mail }: Mail): SubmitDocument {
  return {
    ...mail,
    ...(header.size > 0 && { header: Object.fromEntries(header) }),
    ...(attachments.length > 0 && { attachments }),
  };
}

/** One mail of two: what `over` says goes before what `mail` says, its files come after. */
export function laidOver(mail: Mail, over: Mail): Mail {
  const given = new Set([...over.header.keys()].map((name) => name.toLowerCase()));
  const kept = [...mail.header].filter(([name]) => !given.has(name.toLowerCase()));
  return {
    ...mail,
    ...over,
    header: new Map([...kept, ...over.header]),
    attachments: [...mail.attachments, ...over.attachments],
  };
}
