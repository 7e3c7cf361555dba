import { expect, test } from 'vitest';
import { postmark } from '../../functions/relay/postmark.ts';
import { wireOf } from '../dialogue/deliveries.ts';
import { startPeerOf } from './api-case.ts';
import { postmarkCase } from './cases/postmark.ts';
import { mailBy } from './mails.ts';
import { routeOf } from './routes.ts';

const KEY = { name: 'neko', version: '1', username: '', password: 'nyanko22' };
const to = (value: string) => ({ fields: [{ name: 'To', kind: 'addresses' as const, value }] });

test.each(['"x\\", tora@example.com, \\"y" <mi-chan@example.org>', '"a \\\\ b" <mi-chan@example.org>'])(
  'send() refuses a name that could be read as an address: %s',
  async (value) => {
    const peer = await startPeerOf(postmarkCase);
    const reply = await postmark.send(
      await mailBy(routeOf(postmarkCase, peer.port), to(value)),
      KEY,
      wireOf(),
    );
    expect(reply).toMatchObject({ outcome: 'rejected', code: '554', dsn: '5.6.3' });
    expect(peer.seen).toEqual([]);
    await peer.close();
  },
);

test('send() leaves an encoded word out of quotes', async () => {
  const peer = await startPeerOf(postmarkCase);
  const mail = await mailBy(routeOf(postmarkCase, peer.port), to('=?UTF-8?B?54yr?= <mi-chan@example.org>'));
  expect(await postmark.send(mail, KEY, wireOf())).toMatchObject({ outcome: 'accepted' });
  const sent = JSON.parse(peer.seen[0]?.body.toString() ?? '{}');
  expect(sent.To).toBe('=?UTF-8?B?54yr?= <mi-chan@example.org>');
  await peer.close();
});
