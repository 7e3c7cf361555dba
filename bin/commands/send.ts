import { Option } from 'commander';
import { VERSION } from '../../functions/app/version.ts';
import { type Done, defineCommand, type World } from '../command.ts';
import { apiOptions } from '../send/api-options.ts';
import { authorization } from '../send/authorization.ts';
import { deliver } from '../send/delivery.ts';
import { keyField } from '../send/key-field.ts';
import type { SubmitDocument } from '../send/mail.ts';
import { checkUsage, patience, type SendOptions } from '../send/options.ts';
import { report } from '../send/report.ts';
import { requestOf } from '../send/request.ts';
import { SUBMIT, targetOf } from '../send/target.ts';
import { interruption } from '../terminal/interrupt.ts';
import { printable, printableJson } from '../terminal/printable.ts';

/** `haineko send`: posts a mail to a Haineko, and says what became of it. */
export const send = defineCommand<SendOptions>({
  name: 'send',
  summary: 'post a mail and tell what became of it',
  description:
    'Posts a mail to a Haineko, the local one (http://127.0.0.1:2794) where nothing else is said, and prints what became of it for each recipient. The text comes by an option or on stdin. Only what certainly was not sent is tried again: where no whole request went out, at 429, and recipients that the relay calls deferred, alone. With --key the whole mail is posted again even where it may have been sent: the relay (a Haineko with a journal, not one of 0.2.17) knows by the key who has it. A password is never an option: it is taken from HAINEKO_PASSWORD, from stdin, or asked for.',
  options: [
    ...apiOptions(),
    new Option('-f, --from <address>', 'envelope sender'),
    new Option('-t, --to <address...>', 'envelope recipients'),
    new Option('--cc <address...>', 'recipients too, shown in Cc'),
    new Option('--subject <text>', 'the subject'),
    new Option('-b, --body <text>', 'the text'),
    new Option('--body-file <file>', 'the text, in UTF-8; - for stdin'),
    new Option('--html-file <file>', 'the text as HTML, in UTF-8, with the text or without; - for stdin'),
    new Option('--header <field...>', "further header fields, 'Name: value'"),
    new Option('-a, --attach <file...>', 'files; FILE:type/subtype where the name does not say the type'),
    new Option('--ehlo <name>', "who sends (default: this machine's name, or [127.0.0.1])"),
    new Option('--charset <name>', 'US-ASCII, ISO-8859-1, ISO-2022-JP or UTF-8'),
    new Option('--json-file <file>', 'a whole request as JSON, posted as it is; options give what it lacks'),
    new Option(
      '--eml <file>',
      'a whole message (RFC 5322); - for stdin. To, Cc and Bcc are the recipients without --to',
    ),
    new Option('--strict', 'refuse a message of --eml that cannot be carried whole'),
    new Option('--dry-run', 'print the JSON, post nothing'),
    new Option(
      '--key <key>',
      'Idempotency-Key, one for each mail: the same call again, after any trouble, sends it to nobody twice',
    ),
    new Option('--retries <n>', 'most further attempts').default('2'),
    new Option(
      '--max-wait <seconds>',
      'longest wait before one of them; where the server asks for more: none',
    ).default('60'),
    new Option(
      '--timeout <seconds>',
      'for one attempt; API Gateway gives up after 30, the local relay after 60',
    ).default('35'),
  ],
  aws: true,
  examples: [
    [
      "date | haineko send --from neko@example.jp --to kijitora@example.org --subject 'Nyaa'",
      'to the local relay, the text from stdin',
    ],
    [
      'haineko send --stage production --user kijitora -f neko@example.jp -t a@example.org b@example.org --subject Report --body-file report.txt --attach report.pdf chart.bin:image/png',
      'by a deployed stage, with a password and two files',
    ],
    ['haineko send --eml outbox/mail.eml --to kijitora@example.org --json', 'a message again, to another'],
    [
      'haineko send --json-file mail.json --key invoice-2026-1122',
      'once, however often it is called: a lost answer is asked for again',
    ],
    ['haineko send --json-file mail.json --dry-run', 'what would be posted'],
  ],
  exits: {
    0: 'every recipient accepted or queued',
    1: 'rejected or refused, or the mail could not be made',
    3: 'deferred: it was not sent (to some recipient at least), and may be sent again to whom it was not',
    4: 'unknown: it may have been sent (to some recipient at least); do not repeat it blindly (with the same --key: safely)',
  },
  run,
});

async function run(_args: unknown, given: SendOptions, world: World): Promise<Done> {
  checkUsage(given);
  const limits = patience(given);
  if (given.dryRun) return printed(await request(given, world));
  const target = await targetOf(given, SUBMIT, world);
  // before stdin is read: a terminal has but one
  const authorize = await authorization(given, target, world);
  const document = await request(given, world);
  const interrupted = interruption().then(() => {
    world.stderr.write(
      '\nno further attempt; an answer that is on its way is waited for (Ctrl-C again: at once)\n',
    );
  });
  const agent = `haineko/${VERSION}`;
  const key = given.key === undefined ? undefined : keyField(given.key);
  const posting = { ...limits, url: target.url, authorize, agent, key, interrupted };
  return report(await deliver(document, posting, world));
}

async function request(given: SendOptions, world: World): Promise<SubmitDocument> {
  const { document, notes } = await requestOf(given, world);
  for (const note of notes) world.stderr.write(`haineko send: ${printable(note)}\n`);
  return document;
}

/** As text the same, but for what would steer a terminal: JSON has another way to write it. */
function printed(document: SubmitDocument): Done {
  return { text: printableJson(document), json: document };
}
