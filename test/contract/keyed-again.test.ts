import { expect, test } from 'vitest';
import { RowsUnavailable } from '../../functions/store/rows.ts';
import type { AllDocuments } from '../../functions/store/snapshot.ts';
import { MAIL } from '../unit/app/world.ts';
import { keyedWorld, said } from './keyed-world.ts';
import { sharedRows } from './shared-rows.ts';

const KEY = { 'idempotency-key': 'nyaa-1' };
const [A, B] = ['a@example.org', 'b@example.com'];
const BOTH = { ...MAIL, rcpt: [A, B] };
const DOMAINS = { recipients: { domainpart: ['example.org', 'example.com'] } };
const ROLE = 'arn:aws:iam::123456789012:role/relay';

const outcomes = ({ json }: { json: Record<string, unknown> }) =>
  (json['smtp.responses'] as { outcome: string }[]).map(({ outcome }) => outcome);

test('the sessions of one role share their keys, and see their mails; another role does not', async () => {
  const other = 'arn:aws:iam::123456789012:role/other';
  const { instance, sent } = keyedWorld(sharedRows(), { password: { [ROLE]: {}, [other]: {} } });
  const as = (name: string) => ({
    principal: `arn:aws:sts::123456789012:assumed-role/${name}`,
    remote: { address: '203.0.113.1', port: null },
  });
  const first = await instance().post(MAIL, { headers: KEY, ...as('relay/botocore-1') });
  const second = await instance().post(MAIL, { headers: KEY, ...as('relay/botocore-2') });
  expect([second.headers['idempotency-replayed'], second.body]).toEqual(['true', first.body]);
  const ask = { method: 'GET', path: `/status/${first.json['smtp.queueid']}`, body: '' };
  expect((await instance().ask({ ...ask, ...as('relay/botocore-3') })).status).toBe(200);
  expect((await instance().ask({ ...ask, ...as('other/botocore-1') })).status).toBe(404);
  await instance().post(MAIL, { headers: KEY, ...as('other/botocore-1') });
  expect(sent).toHaveLength(2);
});

test.each([
  ['days and hours alike', { days: 1, keyHours: 24 }, [0, 23, 25, 48]],
  ['the longest', { days: 30, keyHours: 720 }, [0, 480, 744]],
])(
  'who has the mail does not get it again, however often its key is asked with: %s',
  async (_, options, hours) => {
    const { instance, fates, sent, pass } = keyedWorld(sharedRows(), DOMAINS);
    let past = 0;
    for (const hour of hours) {
      pass((hour - past) * 3600);
      past = hour;
      fates.set(B, [said('deferred', '451')]);
      const made = await instance(options).post(BOTH, { headers: KEY });
      expect(outcomes(made)).toEqual(['accepted', 'deferred']);
    }
    expect(sent.map(({ to }) => to)).toEqual([A]);
  },
);

test.each([
  ['two that are cut alike', `${'x'.repeat(330)}1`, `${'x'.repeat(330)}2`],
  ['two halves of surrogate pairs', '\ud800@example.org', '\ud801@example.org'],
])('recipients that are told alike keep nobody waiting: %s', async (_, one, other) => {
  const { instance, sent } = keyedWorld(sharedRows());
  const mail = { ...MAIL, rcpt: [A, one, other] };
  const made = await instance().post(mail, { headers: KEY });
  expect([made.status, outcomes(made)]).toEqual([207, ['accepted', 'rejected', 'rejected']]);
  expect((await instance().post(mail, { headers: KEY })).headers['idempotency-replayed']).toBe('true');
  expect(sent).toHaveLength(1);
});

/** Two requests with one key, the tables changed in between. */
async function changed(before: AllDocuments, after: AllDocuments, mail: object) {
  const rows = sharedRows();
  const first = keyedWorld(rows, before);
  first.fates.set(B, [said('deferred', '451')]);
  await first.instance().post(mail, { headers: KEY });
  const second = keyedWorld(rows, after);
  const made = await second.instance().post(mail, { headers: KEY });
  const path = `/status/${made.json['smtp.queueid']}`;
  const { json } = await second.instance().ask({ method: 'GET', path, body: '' });
  const told = (json['recipients'] as { rcpt: string; state: string; outcome: string }[]).map(
    ({ rcpt, state, outcome }) => `${rcpt} ${state} ${outcome}`,
  );
  return { made, told, sent: [...first.sent, ...second.sent] };
}

test('a mail that is refused when it comes again is refused in the journal too', async () => {
  const closed = { recipients: { domainpart: ['example.net'] } };
  const { made, told } = await changed(DOMAINS, closed, BOTH);
  expect([made.status, outcomes(made)]).toEqual([207, ['accepted', 'rejected']]);
  expect(told).toEqual([`${A} settled accepted`, `${B} settled rejected`]);
});

test('a Message-Id is the recipient’s own, whoever else is permitted when the mail comes again', async () => {
  const { made, sent } = await changed(DOMAINS, { recipients: { domainpart: ['example.com'] } }, BOTH);
  expect(outcomes(made)).toEqual(['accepted', 'accepted']);
  expect(sent.map(({ to, id, queueid }) => [to, id.replace(queueid, '')])).toEqual([
    [A, '<.1795000000.000@haineko.example.jp>'],
    [B, '<.1795000000.001@haineko.example.jp>'],
  ]);
});

test('attempts of earlier requests with the key are told with the later ones', async () => {
  const { instance, fates } = keyedWorld(sharedRows());
  fates.set('mi-chan@example.org', [said('deferred', '451'), said('deferred', '452')]);
  const { post, ask } = instance();
  let queueid = '';
  for (let attempt = 0; attempt < 3; attempt++) {
    queueid = String((await post(MAIL, { headers: KEY })).json['smtp.queueid']);
  }
  const { json } = await ask({ method: 'GET', path: `/status/${queueid}`, body: '' });
  const [told] = json['recipients'] as { attempts: { code: string }[] }[];
  expect(told?.attempts.map(({ code }) => code)).toEqual(['451', '452', '250']);
});

test('unknown and deferred together are 409, and the deferred one runs again', async () => {
  const { instance, fates } = keyedWorld(sharedRows(), DOMAINS);
  fates.set(A, [said('unknown', '421')]);
  fates.set(B, [said('deferred', '451')]);
  const first = await instance().post(BOTH, { headers: KEY });
  const second = await instance().post(BOTH, { headers: KEY });
  expect([first.status, second.status, outcomes(second)]).toEqual([409, 207, ['unknown', 'accepted']]);
});

test('a mailbox has the mail once, whichever of its spellings is permitted when the mail comes again', async () => {
  const quoted = '"neko"@example.org';
  const mail = { ...MAIL, rcpt: [quoted, 'neko@example.org', B] };
  const later = { recipients: { domainpart: ['example.com'], recipients: ['neko@example.org'] } };
  const { sent } = await changed(DOMAINS, later, mail);
  expect(sent.map(({ to, id, queueid }) => [to, id.replace(queueid, '').slice(0, 16)])).toEqual([
    [quoted, '<.1795000000.000'],
    [B, '<.1795000000.001'],
  ]);
});

test('a write that fails for one of two recipients that are told alike keeps nobody out', async () => {
  let fails = true;
  const open = sharedRows((rows) => ({
    replace(row, before) {
      const first = row.text.includes('"index":1,') && fails;
      if (first) fails = false;
      return first ? Promise.reject(new RowsUnavailable('once')) : rows.replace(row, before);
    },
  }));
  const { instance, sent } = keyedWorld(open);
  const alike = `${'x'.repeat(330)}`;
  const mail = { ...MAIL, rcpt: [A, `${alike}1`, `${alike}2`] };
  expect((await instance().post(mail, { headers: KEY })).status).toBe(503);
  const again = await instance().post(mail, { headers: KEY });
  expect([again.status, outcomes(again)]).toEqual([207, ['accepted', 'rejected', 'rejected']]);
  expect(sent).toHaveLength(1);
});
