import { hostname } from 'node:os';
import { readRequestBody } from '../../functions/session/request-body.ts';
import { isRefused } from '../../functions/smtp/catalogue.ts';
import { isEhloName } from '../../functions/smtp/ehlo.ts';
import { CommandFailure, type World, wrongUsage } from '../command.ts';
import { documentOf, laidOver, type Mail, type SubmitDocument } from './mail.ts';
import type { SendOptions } from './options.ts';
import { octetsOf } from './read-input.ts';
import { eachOnce } from './replies.ts';
import { writtenMail } from './written-mail.ts';

/** What a field of the request may also be called (wire.md, "The request"); the first one defined counts. */
const NAMES = {
  mail: ['mail', 'send', 'from'],
  rcpt: ['rcpt', 'recv', 'to'],
  ehlo: ['ehlo', 'helo'],
} as const;

/** A request that can be posted, and what became of a message on its way into it, in sentences. */
export type MadeRequest = { readonly document: SubmitDocument; readonly notes: readonly string[] };

/** Makes the request of the options, and of the JSON or the message that they name. */
export async function requestOf(given: SendOptions, world: World): Promise<MadeRequest> {
  const written = await writtenMail(given, world);
  const { document, notes } = await filled(given, written, world);
  if (fieldOf(document, 'mail') === undefined) throw wrongUsage('--from', "the sender's address", undefined);
  if (recipientsOf(document).length === 0) throw wrongUsage('--to', "a recipient's address", undefined);
  const named = fieldOf(document, 'ehlo') !== undefined;
  return { document: { ...(!named && { ehlo: machineName() }), ...document }, notes };
}

/** The envelope recipients of a request, each once. */
export function recipientsOf(document: SubmitDocument): readonly string[] {
  const value = fieldOf(document, 'rcpt');
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.filter((each) => typeof each === 'string' && each !== '') as string[];
  return eachOnce(texts);
}

/** The same request to some of its recipients alone. */
export function addressedTo(document: SubmitDocument, rcpt: readonly string[]): SubmitDocument {
  const others = Object.entries(document).filter(([name]) => !NAMES.rcpt.some((each) => each === name));
  return { ...Object.fromEntries(others), rcpt };
}

async function filled(given: SendOptions, written: Mail, world: World): Promise<MadeRequest> {
  if (given.jsonFile !== undefined) {
    const read = await readRequestBody(await octetsOf('--json-file', given.jsonFile, world));
    if (isRefused(read))
      throw new CommandFailure(`--json-file: ${read.refused.reply.message.slice(1).join(' ')}`, '', 2);
    return { document: fill(read.value, documentOf(written)), notes: [] };
  }
  if (given.eml === undefined) return { document: documentOf(written), notes: [] };
  const { messageMail } = await import('./message-mail.ts');
  const { mail, notes } = await messageMail(given, world);
  return { document: documentOf(laidOver(mail, written)), notes };
}

/** A request with what it lacks. What it has is never another's: a mail would go to others than one of the two says. */
function fill(document: SubmitDocument, { header, ...written }: SubmitDocument): SubmitDocument {
  for (const name of Object.keys(written)) {
    if (fieldOf(document, name) !== undefined)
      throw new CommandFailure(
        `--json-file: it has \`${name}\` itself, and an option says another`,
        'Leave the option out, or take it out of the file.',
        2,
      );
  }
  if (header === undefined) return { ...document, ...written };
  const given = fieldOf(document, 'header') ?? {};
  if (typeof given !== 'object' || Array.isArray(given))
    throw new CommandFailure('--json-file: header: expected a mapping, got something else', '', 2);
  const own = given as Record<string, unknown>;
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const twice = Object.keys(header as object).find((name) => names.has(name.toLowerCase()));
  if (twice !== undefined)
    throw new CommandFailure(
      `--json-file: it has \`header.${twice}\` itself, and an option says another`,
      'Leave the option out, or take it out of the file.',
      2,
    );
  return { ...document, ...written, header: { ...own, ...(header as object) } };
}

function fieldOf(document: SubmitDocument, field: string): unknown {
  const names: readonly string[] = Object.hasOwn(NAMES, field) ? NAMES[field as keyof typeof NAMES] : [field];
  const name = names.find((each) => Object.hasOwn(document, each) && document[each] !== null);
  return name === undefined ? undefined : document[name];
}

/** A machine's name without a dot is no EHLO name. */
function machineName(): string {
  const name = hostname();
  return isEhloName(name) ? name : '[127.0.0.1]';
}
