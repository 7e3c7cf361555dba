import PostalMime, { type Email } from 'postal-mime';
import { CommandFailure, type World } from '../command.ts';
import type { Mail } from './mail.ts';
import { messageEnvelope } from './message-envelope.ts';
import { messageFields } from './message-fields.ts';
import { messageFiles } from './message-files.ts';
import { brokenStructure } from './message-structure.ts';
import type { SendOptions } from './options.ts';
import { octetsOf } from './read-input.ts';

/** RFC 4155: the line before each message of an mbox, and of what some servers lay into a file. */
const MBOX_LINE = /^From [^\r\n]*\r?\n/;

/**
 * An RFC 5322 message as a mail of the API, with sentences on what of it cannot be carried. With --strict such a message
 * is refused: rejects with a CommandFailure.
 */
export async function messageMail(
  given: SendOptions,
  world: World,
): Promise<{ readonly mail: Mail; readonly notes: readonly string[] }> {
  const message = await parsed(withoutMboxLine(await octetsOf('--eml', given.eml ?? '-', world)));
  const { header, written, lost } = messageFields(message);
  const files = messageFiles(message);
  const all = [
    ...(lost.length > 0 ? [`header fields that are not carried: ${lost.join(', ')}`] : []),
    ...brokenStructure(message),
    ...files.lost,
  ];
  if (given.strict && all.length > 0)
    throw new CommandFailure(
      `--eml: the message cannot be carried whole: ${all.join('; ')}`,
      'Without --strict it is sent without that.',
    );
  const anew = written.length > 0 ? [`the relay writes these anew: ${written.join(', ')}`] : [];
  const { text, html } = message;
  return {
    mail: {
      ...messageEnvelope(message, given),
      header,
      ...(text !== undefined && { body: lines(text) }),
      ...(html !== undefined && { html: lines(html) }),
      attachments: files.attachments,
    },
    notes: [...all, ...anew],
  };
}

async function parsed(octets: Buffer): Promise<Email> {
  try {
    // a message within the message is a file of it, and no text
    return await PostalMime.parse(octets, { forceRfc822Attachments: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`--eml: it cannot be read: ${why}`);
  }
}

function withoutMboxLine(octets: Buffer): Buffer {
  const [line = ''] = MBOX_LINE.exec(octets.subarray(0, 1000).toString('latin1')) ?? [];
  return octets.subarray(line.length);
}

/** LF, as JSON has it; the relay writes CRLF. */
function lines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
