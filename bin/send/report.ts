import type { Done } from '../command.ts';
import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';
import type { Delivery } from './delivery.ts';
import { EXIT_OF, type Result, worst } from './judgement.ts';

/** Most characters of a text from elsewhere in a line. */
const MOST_TEXT = 500;
/** RFC 5321 4.5.3.1: a path has 256 octets. */
const MOST_ADDRESS = 256;

/** What became of a mail: a line a recipient, the relay's id of it, and what it means. The exit status is that of the worst outcome. */
export function report(delivery: Delivery): Done {
  const { results, attempts, status, answer, notes, replayed } = delivery;
  const outcome = worst(results);
  const named = attempts.flatMap(({ queueid }) => (queueid === null ? [] : [queueid.slice(0, 100)]));
  // with a key the relay gives one mail one id
  const ids = [...new Set(named)];
  const lines = [
    columns(results.map(row), ''),
    ...(ids.length > 0 ? [`queueid ${ids.join(', ')}`] : []),
    ...(replayed ? ['replayed: an earlier request with this key was answered so'] : []),
    ...notes.map((note) => `note: ${note.slice(0, MOST_TEXT)}`),
    meaning(delivery),
  ];
  return {
    status: EXIT_OF[outcome],
    text: printable(lines.join('\n')),
    json: { status, answer, outcome, recipients: results, attempts },
  };
}

function row({ outcome, rcpt, mailer, code, dsn, message }: Result): string[] {
  const codes = [code ?? '-', ...(dsn === null ? [] : [dsn])].join(' ');
  const said = message.join(' / ').slice(0, MOST_TEXT);
  return [outcome, rcpt.slice(0, MOST_ADDRESS), (mailer ?? '-').slice(0, 40), codes, said];
}

/** What the worst outcome asks of who sent it, as the README has it. */
function meaning({ results, retryAfter, keyed }: Delivery): string {
  const outcome = worst(results);
  const touched = results.filter((each) => each.outcome === outcome).map(({ rcpt }) => rcpt);
  const whom =
    touched.length === results.length
      ? ''
      : ` to ${touched
          .slice(0, 10)
          .map((each) => each.slice(0, MOST_ADDRESS))
          .join(', ')}`;
  switch (outcome) {
    case 'accepted':
      return 'accepted: it was sent';
    case 'queued':
      return 'queued: the relay holds it and will deliver it; do not send it again';
    case 'rejected':
      return `rejected: it was not sent${whom}, and will not be as it is`;
    case 'deferred': {
      const when = retryAfter === undefined ? 'later' : `in ${retryAfter} s or later`;
      const how = keyed ? ' with the same --key' : whom === '' ? '' : ' to them alone';
      return `deferred: it was not sent${whom}; send it again${how}, ${when}`;
    }
    default:
      if (keyed)
        return `unknown: it may have been sent${whom}; the same again with the same --key asks what became of it, and sends it to nobody twice`;
      return `unknown: it may have been sent${whom}; do not send it again before you know (the relay's log, by the queueid or the time)`;
  }
}
