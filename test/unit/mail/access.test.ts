import { createHook } from 'node:async_hooks';
import fs, { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import MailComposer from 'nodemailer/lib/mail-composer';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { Attachment } from '../../../functions/mail/message.ts';
import { compose, leavesOf, partOf, rich } from './mail.ts';

const folder = mkdtempSync(join(tmpdir(), 'haineko-'));
const path = join(folder, 'secret.txt');
const SECRET = 'octets of a file of the server';
writeFileSync(path, SECRET);
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** What a piece of work asks the operating system for: a file, a name, a connection. */
async function reachedBy(work: () => Promise<unknown>): Promise<string[]> {
  const reached: string[] = [];
  const hook = createHook({
    init: (_, type) => {
      if (/^(?:FS|TCP|PIPE|UDP|TLS|GETADDRINFO|GETNAMEINFO|QUERY|HTTP|PROCESS)/.test(type))
        reached.push(type);
    },
  });
  for (const name of ['openSync', 'readFileSync', 'createReadStream'] as const) {
    vi.spyOn(fs, name).mockImplementation((() => reached.push(name)) as never);
  }
  hook.enable();
  try {
    await work();
  } finally {
    hook.disable();
    vi.restoreAllMocks();
  }
  return reached;
}

const named = (name: string): Attachment[] => [
  { filename: name, type: undefined, content: Buffer.from(name), cid: undefined },
  {
    filename: `${name}.png`,
    type: 'image/png',
    content: Buffer.from(name),
    cid: name.replace(/[^!-;=?-~]/g, ''),
  },
  { filename: undefined, type: 'message/external-body', content: Buffer.from(name), cid: undefined },
  { filename: undefined, type: 'text/html', content: Buffer.from(`<img src="${name}">`), cid: undefined },
  {
    filename: undefined,
    type: `text/plain; path="${name}"; href="${name}"`,
    content: Buffer.alloc(0),
    cid: name,
  },
];

test.each([
  ['a path', path],
  ['a file: URL', pathToFileURL(path).href],
  ['an http: URL', 'http://127.0.0.1:9/secret'],
  ['an https: URL', 'https://example.org/secret'],
  ['a data: URL', `data:text/plain;base64,${Buffer.from(SECRET).toString('base64')}`],
])('encodeContent() opens nothing when a mail names %s everywhere', async (_, name) => {
  const html = `<img src="${name}"><img src='${name}'><link href="${name}"><script src="${name}"></script>`;
  // the first mail loads the composer, which is reading files
  await compose(rich('a', 'b'));
  let raw: Buffer = Buffer.alloc(0);
  const reached = await reachedBy(async () => {
    raw = (await compose(rich(name, html, named(name)))).raw;
  });
  expect(reached).toEqual([]);
  const leaves = leavesOf(partOf(raw));
  expect(leaves).toHaveLength(7);
  const texts = leaves.map(({ fields, body }) =>
    fields.get('content-transfer-encoding') === 'base64' ? Buffer.from(body, 'base64').toString() : body,
  );
  // what was named is named still, and not replaced by what it names
  expect(texts.join('\n')).toContain(`<img src='${name}'>`);
  expect(texts.join('\n')).not.toContain(SECRET);
});

test('encodeContent() would be seen here when it opened a file or a connection', async () => {
  expect(await reachedBy(() => readFile(path))).not.toEqual([]);
  expect(await reachedBy(async () => fs.readFileSync(path))).toEqual(['readFileSync']);
  const failed = () =>
    new Promise((resolve) => connect(join(folder, 'no-socket')).on('error', resolve).on('connect', resolve));
  expect(await reachedBy(failed)).not.toEqual([]);
});

test.each([{ path }, { href: 'http://127.0.0.1:9/secret' }, { content: 'a text' }])(
  'encodeContent() writes octets alone, and reads nothing even if %j were given to the composer',
  async (source) => {
    const compile = MailComposer.prototype.compile;
    vi.spyOn(MailComposer.prototype, 'compile').mockImplementation(function (this: MailComposer) {
      const { attachments } = this.mail as { attachments: object[] };
      attachments.push(source);
      return compile.call(this);
    });
    await expect(compose(rich('a', 'b'))).rejects.toThrow('a part of a mail is no octets');
  },
);
