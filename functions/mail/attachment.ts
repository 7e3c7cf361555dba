import type { Attachment } from './message.ts';

const CONTROL = /[\x00-\x1f\x7f]/;
// RFC 2045 5.1: type "/" subtype, both tokens; parameters after it.
const TYPE = /^[A-Za-z0-9!#$%&'*+.^_`{|}~-]+\/[A-Za-z0-9!#$%&'*+.^_`{|}~-]+(?:\s*;.*)?$/;
const LONGEST = 255;

/** What is wrong with an attachment's names, as a sentence for the client; undefined where nothing is. */
export function attachmentFault({ filename, type, cid }: Attachment): string | undefined {
  if (filename !== undefined && (CONTROL.test(filename) || filename.length > LONGEST)) {
    return `filename must be at most ${LONGEST} characters, none of them a control character`;
  }
  if (type !== undefined && (CONTROL.test(type) || type.length > LONGEST || !TYPE.test(type))) {
    return 'type must be a media type such as "image/png"';
  }
  // RFC 2392 2: a cid is an addr-spec without its brackets; what clients write need not have an "@".
  if (cid !== undefined && (!/^[!-;=?-~]+$/.test(cid) || cid.length > LONGEST)) {
    return `cid must be at most ${LONGEST} printable ASCII characters without "<" and ">"`;
  }
  return undefined;
}
