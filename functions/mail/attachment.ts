import type { Attachment } from './message.ts';

const CONTROL = /[\x00-\x1f\x7f]/;
// A line of a folded header must not be blanks alone (RFC 5322 3.2.2); names are folded at their blanks.
const BLANK_LINE = / {40}/;
const TOKEN = "[A-Za-z0-9!#$%&'*+.^_`{|}~-]+";
const QUOTED = '"(?:[ !#-\\[\\]-~]|\\\\[ -~])*"';
// RFC 2045 5.1: type "/" subtype, both tokens; then parameters, a token or a quoted string each.
const TYPE = new RegExp(`^${TOKEN}/${TOKEN}(?: *; *${TOKEN} *= *(?:${TOKEN}|${QUOTED}))* *;? *$`);
const LONGEST = 255;

/** What is wrong with an attachment's names, as a sentence for the client; undefined where nothing is. */
export function attachmentFault({ filename, type, cid }: Attachment): string | undefined {
  if (filename !== undefined && (CONTROL.test(filename) || filename.length > LONGEST)) {
    return `filename must be at most ${LONGEST} characters, none of them a control character`;
  }
  if (filename !== undefined && BLANK_LINE.test(filename)) {
    return 'filename must not have 40 blanks in a row';
  }
  if (type !== undefined && (type.length > LONGEST || !TYPE.test(type))) {
    return `type must be a media type such as "image/png", of at most ${LONGEST} ASCII characters (RFC 2045 5.1)`;
  }
  // RFC 2392 2: a cid is an addr-spec without its brackets; what clients write need not have an "@".
  if (cid !== undefined && (!/^[!-;=?-~]+$/.test(cid) || cid.length > LONGEST)) {
    return `cid must be at most ${LONGEST} printable ASCII characters without "<" and ">"`;
  }
  return undefined;
}
