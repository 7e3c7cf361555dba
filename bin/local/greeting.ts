import { relative } from 'node:path';
import type { LocalOptions } from './context.ts';
import type { LocalServer } from './server.ts';

/** What a person is told when the relay listens; `stage`: whose tables it took, where it is a deployed stage. */
export function greeting(server: LocalServer, options: LocalOptions, stage: string | undefined): string {
  const url = urlOf(server);
  const auth = options.requireAuth ? ' -u USER:PASSWORD' : '';
  const mail =
    '{ ehlo: "[127.0.0.1]", mail: "neko@example.jp", rcpt: [ "kijitora@example.org" ], header: { subject: "Nyaa" }, body: "Hello, cat." }';
  return [
    `Haineko listens on ${url}`,
    `  tables  ${stage === undefined ? near(options.config) : `stage ${stage} in AWS (read only): mails go out by its routes`}`,
    `  outbox  ${near(options.outbox)}`,
    ...(options.journal === undefined ? [] : [`  journal ${near(options.journal)}`]),
    `  auth    ${options.requireAuth ? 'Basic authentication is required' : 'not required (-A requires it)'}`,
    'Send a mail:',
    `  curl '${url}/submit'${auth} -X POST -d '${mail}'`,
    'Stop with Ctrl-C.',
    '',
  ].join('\n');
}

/** Where a server can be asked. */
export function urlOf({ host, port }: Pick<LocalServer, 'host' | 'port'>): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function near(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}
