import { CHARSETS, type Charset, type Content } from '../mail/message.ts';
import { type Checked, isRefused, REFUSALS } from '../smtp/catalogue.ts';
import { readAttachments } from './attachments.ts';
import { readHeader } from './header-names.ts';

/** A mail as the client wrote it: every field has its type, nothing is checked beyond that. */
export type Submission = {
  readonly ehlo: string | undefined;
  readonly mail: string | undefined;
  readonly rcpt: readonly string[] | undefined;
  /** The client's header fields by canonical lower-case name, without x-haineko-loop. */
  readonly header: ReadonlyMap<string, string>;
  readonly charset: Charset;
  /** The servers that this mail has been through (x-haineko-loop). */
  readonly loop: readonly string[];
  readonly content: Content;
};

/** The fields of a mail and their aliases; the first one defined wins, null counts as absent. */
const FIELDS = {
  ehlo: ['ehlo', 'helo'],
  mail: ['mail', 'send', 'from'],
  rcpt: ['rcpt', 'recv', 'to'],
  header: ['header'],
  body: ['body'],
  html: ['html'],
  attachments: ['attachments'],
} as const;

const NAMES: ReadonlySet<string> = new Set(Object.values(FIELDS).flat());

/** Reads the shape of a mail. `lenient` (the 0.2.17 format) ignores unknown names, which otherwise are refused by name. */
export function readSubmission(
  document: Readonly<Record<string, unknown>>,
  lenient: boolean,
): Checked<Submission> {
  const unknown = lenient ? undefined : Object.keys(document).find((name) => !NAMES.has(name));
  if (unknown !== undefined) return wrong(`'${shorten(unknown)}' is no field of a mail`);
  const field = (names: readonly string[]) => firstDefined(document, names);

  const rcpt = readRecipients(field(FIELDS.rcpt));
  if (rcpt === WRONG) return wrong('rcpt: expected an address or a list of addresses');
  const header = readHeader(field(FIELDS.header), lenient);
  if (isRefused(header)) return header;
  const attachments = readAttachments(field(FIELDS.attachments));
  if (isRefused(attachments)) return attachments;
  const texts = { ehlo: FIELDS.ehlo, mail: FIELDS.mail, body: FIELDS.body, html: FIELDS.html };
  const read: { [name in keyof typeof texts]?: string | undefined } = {};
  for (const [name, names] of Object.entries(texts) as [keyof typeof texts, readonly string[]][]) {
    const text = readText(field(names));
    if (text === WRONG) return wrong(`${name}: expected a text`);
    read[name] = text;
  }
  const wanted = header.value.fields.get('charset')?.toUpperCase();
  return {
    value: {
      ehlo: read.ehlo,
      mail: read.mail,
      rcpt,
      header: header.value.fields,
      charset: CHARSETS.find((each) => each === wanted) ?? 'UTF-8',
      loop: header.value.loop,
      content: { text: read.body, html: read.html, attachments: attachments.value },
    },
  };
}

const WRONG = Symbol('wrong type');

function firstDefined(document: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  for (const name of names) {
    const given = Object.hasOwn(document, name) ? document[name] : undefined;
    if (given !== undefined && given !== null) return given;
  }
  return undefined;
}

/** A text; a number or a truth value is taken as it would be written (YAML reads `subject: 123` as a number). */
function readText(given: unknown): string | undefined | typeof WRONG {
  if (given === undefined || typeof given === 'string') return given;
  return typeof given === 'number' || typeof given === 'boolean' ? String(given) : WRONG;
}

function readRecipients(given: unknown): string[] | undefined | typeof WRONG {
  if (given === undefined || given === '') return undefined;
  if (!Array.isArray(given)) {
    const text = readText(given);
    return text === WRONG || text === undefined ? WRONG : [text];
  }
  const texts = given.map((each) => readText(each ?? ''));
  return texts.every((each) => typeof each === 'string') ? texts : WRONG;
}

function wrong(detail: string): { refused: ReturnType<typeof REFUSALS.malformed> } {
  return { refused: REFUSALS.malformed(detail) };
}

function shorten(name: string): string {
  return name.length > 40 ? `${name.slice(0, 37)}...` : name;
}
