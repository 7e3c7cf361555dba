import type { Charset, Content, EncodedBody, Field } from './message.ts';

/** A content encoded once for all recipients, and how its headers must be written to go with it. */
export type Encoded = {
  readonly body: EncodedBody;
  readonly charset: Charset;
  readonly notes: readonly string[];
};
export declare function encodeContent(
  content: Content,
  wanted: Charset,
  texts: readonly string[],
): Promise<Encoded>;
export declare function writeHead(fields: readonly Field[], encoded: Encoded): Uint8Array;
