import type { Reply } from '../../functions/smtp/reply.ts';
import { code, page, printedFrom, table } from './markdown.ts';
import { DEFERRAL_CAUSES, REFUSAL_CAUSES, UNKNOWN_CAUSES } from './refusal-causes.ts';

/** docs/reference/replies.md. */
export function repliesPage(): string {
  const refusals = Object.entries(REFUSAL_CAUSES).map(([name, [{ status, reply }, when]]) => [
    when,
    String(status),
    ...replyCells(reply),
    code(name),
  ]);
  const rows = (causes: Readonly<Record<string, readonly [Reply, string]>>) =>
    Object.entries(causes).map(([name, [reply, when]]) => [when, ...replyCells(reply), code(name)]);
  const columns = ['code', 'dsn', 'command', 'message', 'outcome', 'name'];
  return page(
    printedFrom('functions/smtp/catalogue.ts', 'bin/docs/refusal-causes.ts'),
    "# The server's own replies",
    'What the relay itself answers, before it talks to a mail server. What mail servers answer is passed on as it came: [wire.md](wire.md#what-a-mailer-answers).',
    '## Refusals, in the order of the checks',
    "The first refusal ends the session. A recipient's refusal only drops that recipient; when none is left, the session ends with those replies. HTTP is the status of a session that the refusal ends. A milter may give a code and a dsn of its own.",
    table(['when', 'HTTP', ...columns], refusals),
    'The replies of command CONF come before all others, since every request needs the tables. A path and a defect have no place in the order.',
    '## Deferrals of a recipient',
    'The mail was checked, and nothing was sent. The HTTP status follows from all recipients together: [wire.md](wire.md#http-statuses).',
    table(['when', ...columns], rows(DEFERRAL_CAUSES)),
    '## Of a recipient of whom only the journal tells',
    'With an Idempotency-Key: [delivery.md](../delivery.md).',
    table(['when', ...columns], rows(UNKNOWN_CAUSES)),
  );
}

function replyCells({ code: digits, dsn, command, message, outcome }: Reply): string[] {
  return [digits, dsn ?? '-', command ?? '-', message.join(' / '), outcome];
}
