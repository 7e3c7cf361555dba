import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderFor, writeTables } from './checked.ts';
import { haineko } from './haineko.ts';

/** Tables as Haineko 0.2.17 has them in etc/: everything under `smtpd:`, '' for nothing, {SSHA}, a marker at the end. */
const ETC = {
  'haineko.cf': [
    'smtpd:',
    "  system: 'Haineko'",
    "  hostname: 'haineko.neko.test'",
    '  max_message_size: 4194304',
    '  max_rcpts_per_message: 4',
    '  mailer:',
    "    auth: 'authinfo'",
    "    mail: 'sendermt'",
    "    rcpt: 'routes'",
    '  access:',
    "    conn: 'relayhosts'",
    "    rcpt: 'recipients'",
    '  milter:',
    '    libs: []',
    "    mail: [ 'CheckFrom', '@Check::DDNS' ]",
    '  syslog:',
    '    disabled: 0',
    "    facility: 'local2'",
    '---',
    '',
  ].join('\n'),
  mailertable: [
    'default:',
    "  mailer: 'ESMTP'",
    "  host: '192.0.2.222'",
    '  port: 25',
    "  auth: ''",
    '  retry: 0',
    '  timeout: 10',
    'kijitora.neko.test:',
    "  mailer: 'ESMTP'",
    "  host: '127.0.0.1'",
    '  port: 587',
    "  auth: 'kijitora-smtpd'",
    '',
  ].join('\n'),
  sendermt: "example.jp:\n  mailer: '/tmp'\n",
  authinfo: "kijitora-smtpd:\n  username: 'kijitora'\n  password: 'nyanko22'\n",
  relayhosts: "open-relay: 0\nrelayhosts:\n  - '127.0.0.1'\n  - '192.0.2.0/24'\n",
  recipients: "open-relay: 0\ndomainpart:\n  - 'neko.test'\n  - 'kijitora.neko.test'\nrecipients: []\n",
  password: "haineko: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'\n",
};

const run = async (tables: Readonly<Record<string, string>>, ...args: string[]) => {
  const folder = folderFor();
  writeTables(join(folder, 'etc'), tables);
  const ended = await haineko(['check', '--config', 'etc', ...args], { cwd: folder });
  expect(ended.stderr).toBe('');
  expect(ended.stdout).not.toMatch(/nyanko22|9p2eu/);
  return { status: ended.status, lines: ended.stdout.trimEnd().split('\n') };
};

test("haineko check tells of the original's etc/ what to change", async () => {
  expect(await run(ETC, '--local')).toEqual({
    status: 1,
    lines: [
      'haineko.cf:15:milter.mail[0]: expected a milter with a part in mail (Example), got "CheckFrom"',
      expect.stringMatching(/^haineko\.cf:15:milter\.mail\[1\]: expected a milter with a part in mail/),
      'etc (as local): 2 errors, 0 warnings, 0 notes',
    ],
  });
  const deployed = await run(ETC);
  expect(deployed).toMatchObject({ status: 1 });
  expect(deployed.lines).toContain(
    `mailertable:10:kijitora.neko.test.host: expected a host other than Lambda's own loopback, got "127.0.0.1"`,
  );
  expect(deployed.lines).toContain(
    'sendermt:2:example.jp.mailer: expected a mailer for Lambda (File is for the local server), got "/tmp"',
  );
});

test('haineko check tells of it what has no effect any more, once it can be read', async () => {
  const cf = ETC['haineko.cf'].replace(/\[ 'CheckFrom.*/, '[]');
  expect(await run({ ...ETC, 'haineko.cf': cf }, '--local')).toEqual({
    status: 0,
    lines: [
      'haineko.cf:2:system: note: is of the file of Haineko 0.2.17, and has no effect here',
      'haineko.cf:9:mailer.rcpt: warning: has no effect here: this table is always the file mailertable',
      'haineko.cf:10:access: note: is of the file of Haineko 0.2.17, and has no effect here',
      'haineko.cf:14:milter.libs: note: is of the file of Haineko 0.2.17, and has no effect here',
      'haineko.cf:16:syslog: note: is of the file of Haineko 0.2.17, and has no effect here',
      'password:1:haineko: note: {SSHA} is quickly guessed by who gets hold of it: make the entry anew, as {scrypt}',
      'etc (as local): 0 errors, 1 warning, 5 notes',
    ],
  });
});
