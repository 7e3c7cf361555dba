import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localContext } from '../../bin/local/context.ts';
import { listen } from '../../bin/local/server.ts';
import { milters } from '../../functions/milter/index.ts';
import type { Milter } from '../../functions/milter/milter.ts';
import { BASE_TABLES, type Comparable, comparable, type Recording } from './recording.ts';

/** Milters of the recordings that are not shipped: what they did is known from the answers. */
const DENY: Milter = {
  name: 'Deny',
  description: 'The recordings own: refuses what begins with deny.',
  conn: () => undefined,
  ehlo: (name) => (name.startsWith('deny') ? { refuse: 'deny ehlo' } : undefined),
  mail: (from) =>
    from.startsWith('deny-mail') ? { refuse: 'deny mail', code: '550', dsn: '5.7.27' } : undefined,
  rcpt: (to) => (to.startsWith('mi-chan') ? { refuse: 'deny rcpt' } : undefined),
  head: (header) => ({ header }),
  body: (body) => ({ body }),
};
const PLUS: Milter = {
  name: '+My::Plus',
  description: 'The recordings own, by its full name.',
  mail: (from) => (from.startsWith('plus-deny') ? { refuse: 'plus denies' } : undefined),
};

/** Sends a recording's request to the local server with the recording's tables, in the 0.2.17 format. */
export async function replay(recording: Recording, ports: ReadonlyMap<number, number>): Promise<Comparable> {
  const folder = await mkdtemp(join(tmpdir(), 'haineko-recorded-'));
  try {
    await layTables(folder, recording, ports);
    const options = {
      port: 0,
      host: '127.0.0.1',
      config: folder,
      outbox: join(folder, 'outbox'),
      requireAuth: recording.name.startsWith('Basic auth on'),
      passwordFile: undefined,
      development: false,
    };
    const context = { ...localContext(options, { milters: [...milters, DENY, PLUS] }), print: () => {} };
    const server = await listen(context, '127.0.0.1', 0);
    try {
      const { status, body } = await send(recording, server.port);
      return comparable(status, parsed(body), body);
    } finally {
      await server.close();
      context.source.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function layTables(
  folder: string,
  recording: Recording,
  ports: ReadonlyMap<number, number>,
): Promise<void> {
  for (const [name, text] of Object.entries({ ...BASE_TABLES, ...recording.tables })) {
    if (text === null) continue;
    const here = text
      .replace(/port: (\d+)/g, (_, port: string) => `port: ${ports.get(Number(port)) ?? port}`)
      .replace(/'\/path'/g, `'${folder}/filebox'`);
    const format = "reply_format: '0.2.17'\n";
    await writeFile(join(folder, name), name === 'haineko.cf' ? withFormat(here, format) : here);
  }
}

/** The answer's format stands in haineko.cf, at the depth of its other keys. */
function withFormat(text: string, format: string): string {
  return text.startsWith('smtpd:') ? text.replace('smtpd:\n', `smtpd:\n    ${format}`) : format + text;
}

function send({ request: sent }: Recording, port: number): Promise<{ status: number; body: string }> {
  const body =
    sent.body_base64 === undefined ? Buffer.from(sent.body ?? '') : Buffer.from(sent.body_base64, 'base64');
  // node takes header values as ISO-8859-1: the octets of UTF-8 are given as such
  const headers = sent.headers.flatMap(([name, value]) => [name, Buffer.from(value).toString('latin1')]);
  return new Promise((resolve, reject) => {
    const posted = request(
      {
        port,
        host: '127.0.0.1',
        method: sent.method,
        path: sent.path,
        agent: false,
        headers: ['Host', 'localhost', ...headers, 'Content-Length', String(body.length)],
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    posted.on('error', reject);
    posted.end(body);
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
