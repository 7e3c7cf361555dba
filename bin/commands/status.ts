import { Argument, Option } from 'commander';
import { defineCommand, wrongUsage } from '../command.ts';
import { API_NEEDED, API_NEVER, type ApiOptions, apiOptions } from '../send/api-options.ts';
import { refuseContradictions } from '../send/contradictions.ts';
import { EXIT_OF, worst } from '../send/judgement.ts';
import { timeoutOf } from '../send/whole-number.ts';
import { askStatus } from '../status/ask.ts';
import { inWords } from '../status/in-words.ts';

type StatusOptions = ApiOptions & { readonly timeout: string };

/** As makeQueueid() writes it. */
const QUEUEID = /^[0-9A-Za-z]{16}$/;

/** `haineko status`: what became of a mail that was posted before. */
export const status = defineCommand<StatusOptions>({
  name: 'status',
  summary: 'tell what became of a mail, by its queueid',
  description:
    'Asks a Haineko, the local one (http://127.0.0.1:2794) where nothing else is said, what became of a mail that it took, and prints it for each recipient: the last reply, and each attempt. The queueid is in the answer to the mail (haineko send prints it), in the log, and in the Message-Id. A mail is told of to who sent it and to users with admin: 1. Nothing is changed, and nothing is sent. A password is never an option: it is taken from HAINEKO_PASSWORD, from stdin, or asked for.',
  arguments: [new Argument('<queueid>', 'the id of the mail: 16 of 0-9, A-Z, a-z')],
  options: [
    ...apiOptions(),
    new Option('--timeout <seconds>', 'for the answer; API Gateway gives up after 30').default('35'),
  ],
  aws: true,
  examples: [
    ['haineko status q9AMDfMJeEMaAm3b', 'of a mail that the local relay took'],
    [
      'haineko status q9AMDfMJeEMaAm3b --stage production --user kijitora --json',
      'of one that a deployed stage took, as JSON',
    ],
  ],
  exits: {
    0: 'every recipient accepted or queued',
    1: 'rejected (some recipient at least), or the relay does not tell',
    3: 'deferred, or being tried now (some recipient at least)',
    4: 'unknown: it may have been sent (to some recipient at least)',
  },
  async run([queueid = ''], given, world) {
    if (!QUEUEID.test(queueid)) throw wrongUsage('<queueid>', '16 of 0-9, A-Z, a-z', queueid);
    refuseContradictions<StatusOptions>(given, { never: API_NEVER, needed: API_NEEDED });
    const { document, mail } = await askStatus(queueid, given, timeoutOf(given), world);
    // what is being tried now was not sent yet
    const outcomes = mail.recipients.map(({ outcome }) => ({ outcome: outcome ?? ('deferred' as const) }));
    return { status: EXIT_OF[worst(outcomes)], text: inWords(mail), json: document };
  },
});
