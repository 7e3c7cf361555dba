import { toAsciiAddress } from '../../functions/mail/address.ts';
import { CHARSETS } from '../../functions/mail/message.ts';
import { readHeader } from '../../functions/session/header-names.ts';
import { isRefused } from '../../functions/smtp/catalogue.ts';
import { isEhloName } from '../../functions/smtp/ehlo.ts';
import { CommandFailure, type World, wrongUsage } from '../command.ts';
import { attachedFiles } from './attached-files.ts';
import type { Mail } from './mail.ts';
import { bodyFromStdin, type SendOptions } from './options.ts';
import { textOf } from './read-input.ts';

/** The mail as the options write it, with the files that they name. Rejects with a failure that names the option. */
export async function writtenMail(given: SendOptions, world: World): Promise<Mail> {
  const { from, to, cc, ehlo } = given;
  const header = headerOf(given);
  const rcpt = [...(to ?? []).map(address('--to')), ...(cc ?? []).map(address('--cc'))];
  const files = await attachedFiles(given.attach ?? [], world);
  const html = given.htmlFile === undefined ? undefined : await textOf('--html-file', given.htmlFile, world);
  const body = await bodyOf(given, world);
  return {
    ...(ehlo !== undefined && { ehlo: checkedEhlo(ehlo) }),
    ...(from !== undefined && { mail: address('--from')(from) }),
    ...(rcpt.length > 0 && { rcpt }),
    header,
    ...(body !== undefined && { body }),
    ...(html !== undefined && { html }),
    attachments: files,
  };
}

async function bodyOf(given: SendOptions, world: World): Promise<string | undefined> {
  if (given.body !== undefined) return given.body;
  if (given.bodyFile !== undefined) return textOf('--body-file', given.bodyFile, world);
  if (!bodyFromStdin(given)) return undefined;
  const text = await textOf('the text', '-', world);
  if (text.trim() !== '') return text;
  throw new CommandFailure(
    '--body: expected the text of the mail, and nothing came on stdin',
    'Say --body TEXT, --body-file FILE or --html-file FILE, or pipe it in.',
    2,
  );
}

/** The header fields of the options. To is shown as a whole where somebody stands in Cc. */
function headerOf({ subject, charset, header = [], to, cc }: SendOptions): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const names = new Set<string>();
  const add = (option: string, name: string, value: string) => {
    if (names.has(name.toLowerCase())) throw wrongUsage(option, `${name} once`, `${name}: ${value}`);
    names.add(name.toLowerCase());
    fields.set(name, value);
  };
  if (subject !== undefined) add('--subject', 'subject', subject);
  if (charset !== undefined) add('--charset', 'charset', checkedCharset(charset));
  for (const line of header) {
    const [, name = '', value = ''] = /^([!-9;-~]+):[ \t]*(.*)$/s.exec(line) ?? [];
    if (name === '') throw wrongUsage('--header', "a field such as 'Reply-To: neko@example.jp'", line);
    add('--header', name, value);
  }
  if (cc !== undefined) {
    add('--cc', 'cc', cc.map(address('--cc')).join(', '));
    if (to !== undefined && !names.has('to')) add('--to', 'to', to.map(address('--to')).join(', '));
  }
  const read = readHeader(Object.fromEntries(fields), false);
  if (isRefused(read))
    throw new CommandFailure(`--header: ${read.refused.reply.message.slice(1).join(' ')}`, '', 2);
  return fields;
}

function address(option: string): (text: string) => string {
  return (text) => {
    const read = toAsciiAddress(text);
    if (read === undefined)
      throw wrongUsage(option, 'an address such as neko@example.jp, without a name', text);
    return read;
  };
}

function checkedEhlo(name: string): string {
  if (isEhloName(name)) return name;
  throw wrongUsage('--ehlo', 'a domain name with a dot, or an address such as [192.0.2.1]', name);
}

function checkedCharset(name: string): string {
  const charset = CHARSETS.find((each) => each === name.toUpperCase());
  if (charset !== undefined) return charset;
  throw wrongUsage('--charset', CHARSETS.join(', '), name);
}
