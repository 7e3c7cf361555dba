import type { Charset } from './message.ts';

/** How text becomes the octets of one charset. */
export type Codec = {
  readonly charset: Charset;
  /** The octets of a text, or undefined where the charset cannot hold it. */
  encode(text: string): Uint8Array | undefined;
  /**
   * The octets in pieces of at most `room`, no character cut in two (RFC 2047 5). `width` says what an octet
   * takes of the room.
   */
  cut(text: string, room: number, width: (octet: number) => number): readonly Uint8Array[];
};
