import { describe, expect, test } from 'vitest';
import { knownFrom } from '../../../functions/app/known.ts';
import { statusOf } from '../../../functions/app/report.ts';
import { jsonOf } from '../../../functions/relay/api/json.ts';
import { answerOf } from '../../../functions/relay/haineko/answer.ts';
import { saidIn } from '../../../functions/relay/haineko/said.ts';
import { submissionOf } from '../../../functions/relay/haineko/submission.ts';
import { haineko as relay } from '../../../functions/relay/haineko.ts';
import type { Answer, Delivery } from '../../../functions/relay/relay.ts';
import { readHeader } from '../../../functions/session/header-names.ts';
import { readSubmission } from '../../../functions/session/submission.ts';
import type { Reply } from '../../../functions/smtp/reply.ts';
import { MAILERTABLE, parseRouteTable } from '../../../functions/tables/mailertable.ts';
import type { Said } from '../../mailers/api-peer.ts';
import { hainekoCase } from '../../mailers/cases/haineko.ts';
import { haineko, hainekoIn0217 } from '../../mailers/haineko-answers.ts';
import { mailBy, PIXEL, WHOLE } from '../../mailers/mails.ts';
import { recordings } from '../../recorded/recording.ts';
import { linesOf } from '../known.ts';

type Written = {
  ehlo: string;
  header: Record<string, unknown>;
  body?: string;
  html?: string;
  attachments?: unknown[];
};
const written = (delivery: Delivery) => submissionOf(delivery) as Written;
const field = (name: string, value: string) => ({ name, kind: 'text' as const, value });

describe('submissionOf()', () => {
  test('is taken by the one who reads it there, as it was given here', async () => {
    const delivery = await mailBy({}, { content: WHOLE, charset: 'ISO-2022-JP' });
    const read = readSubmission(written(delivery), false);
    if ('refused' in read) throw new Error(read.refused.reply.message.join());
    expect(read.value).toMatchObject({
      ehlo: 'haineko.test',
      mail: 'neko@example.jp',
      rcpt: ['mi-chan@example.org'],
      loop: ['haineko.test'],
      content: {
        text: WHOLE.text,
        html: WHOLE.html,
        attachments: [{ cid: 'pixel@neko', content: PIXEL }, { filename: '猫.csv' }],
      },
    });
    expect(read.value.header.get('reply-to')).toBe('kijitora@example.jp');
    expect(read.value.header.get('x-neko')).toBe('三毛');
  });

  test('asks for the charset in which the mail is written here', async () => {
    expect(written(await mailBy({}, { charset: 'ISO-2022-JP' })).header['charset']).toBe('ISO-2022-JP');
  });

  test('carries the servers that the mail has been through, as a list, and no field that they write', async () => {
    const fields = [
      field('X-Mailer', 'neko/1.0'),
      field('X-SMTP-Engine', 'Haineko 1.0.0'),
      field('X-HTTP-Referer', 'https://example.jp/'),
      field('X-Originating-IP', '192.0.2.1'),
      field('X-Haineko-Loop', 'first.example.jp, haineko.test'),
    ];
    const { header } = written(await mailBy({}, { fields }));
    expect(header['x-haineko-loop']).toEqual(['first.example.jp', 'haineko.test']);
    const there = readHeader(header, false);
    expect(there).toMatchObject({ value: { loop: ['first.example.jp', 'haineko.test'] } });
    expect(
      Object.keys(header).filter((name) => /^(?:received|date|message-id|x-[mso].*|x-http.*)$/.test(name)),
    ).toEqual([]);
  });

  test.each([
    ['relay.example.jp', 'relay.example.jp'],
    ['neko', '[127.0.0.1]'],
    ['localhost', '[127.0.0.1]'],
  ])('is of %s, which calls itself %s', async (hostname, ehlo) => {
    expect(written({ ...(await mailBy({})), hostname }).ehlo).toBe(ehlo);
  });

  test('has no body where there is only HTML, and no half of a character', async () => {
    const html = { ...WHOLE, text: '', attachments: [] };
    expect(written(await mailBy({}, { content: html }))).not.toHaveProperty('body');
    const torn = { text: 'a\ud800\r\nb\rc', html: undefined, attachments: [] };
    expect(written(await mailBy({}, { content: torn })).body).toBe('a\ufffd\nb\nc');
  });
});

// What the original was recorded to answer, beside what its smarthost had got by then.
describe('answerOf() of what Haineko 0.2.17 answered', () => {
  const tried = recordings().filter(({ request }) => request.path === '/submit' && request.method === 'POST');
  const judged = tried.flatMap((each) => {
    const { status, json, text } = each.answer;
    const body = Buffer.from(json === null ? (text ?? '') : JSON.stringify(json));
    const told = (json as { recipient?: string[] } | null)?.recipient ?? ['mi-chan@example.org'];
    return [...new Set(told)].map((rcpt) => ({
      name: `${each.group}: ${each.name} (${rcpt})`,
      outcome: answerOf({ status, headers: {}, body }, saidIn(json, rcpt), 0).outcome,
      got: (each.delivered as { rcptTo: string[] }[]).some(({ rcptTo }) => rcptTo.includes(rcpt)),
    }));
  });

  test('answerOf() never calls a mail rejected or deferred that was delivered', () => {
    expect(judged.length).toBeGreaterThan(150);
    const lost = judged.filter(
      ({ got, outcome }) => got && (outcome === 'rejected' || outcome === 'deferred'),
    );
    expect(lost).toEqual([]);
  });

  // no code tells these from the others: the reply to RCPT is taken for that to the final dot
  test('answerOf() believes a success that is none where its smarthost offers PIPELINING, as the docs say', () => {
    const lies = ['DATA 451', 'final dot 451', 'no answer to final dot (timeout 2)'];
    const found = judged.filter(({ name }) =>
      lies.some((lie) => name.startsWith(`smarthost: PIPELINING: ${lie} (`)),
    );
    expect(found.map(({ got, outcome }) => [got, outcome])).toEqual(lies.map(() => [false, 'accepted']));
    expect(relay.limits.join()).toContain('PIPELINING: its success is no proof');
  });
});

// One answers us as the rows say, and we answer a third in the one format or the other.
describe('answerOf() of what a Haineko passed on', () => {
  const rcpt = 'mi-chan@example.org';
  const judge = ({ status, body = '', headers = {} }: Said) =>
    answerOf(
      { status, headers, body: Buffer.from(body) },
      saidIn(jsonOf({ body: Buffer.from(body) }), rcpt),
      0,
    );
  const next = (answer: Answer): Reply => ({
    ...answer,
    error: answer.outcome === 'accepted' || answer.outcome === 'queued' ? 0 : 1,
    rcpt,
    mailer: 'Haineko',
  });
  const { words, errors } = hainekoCase;
  const { check: _, ...ofMails } = words;
  const rows = [...errors, ...Object.entries(ofMails).map(([title, said]) => ({ title, said }))];

  test.each(rows.map(({ title, said }) => [title, said] as const))('is the same outcome: %s', (_, said) => {
    const first = judge(said);
    const reply = next(first);
    expect(judge(haineko(statusOf([reply]), [reply]))).toMatchObject({
      outcome: first.outcome,
      code: first.code,
      dsn: first.dsn,
      message: first.message,
    });
    // that format has no word for queued
    const told = first.outcome === 'queued' ? 'accepted' : first.outcome;
    expect(judge(hainekoIn0217(200, [reply])).outcome).toBe(told);
  });
});

describe('a route of Haineko', () => {
  const read = (entry: object, deployed: boolean) =>
    parseRouteTable(
      'mailertable',
      MAILERTABLE,
      { default: { mailer: 'Haineko', ...entry } },
      knownFrom([relay], [], { deployed, machine: 'localhost' }),
    );

  test("has the original's port, and speaks HTTP as it does", () => {
    const route = read({ host: '192.0.2.1' }, true).get('default');
    expect(route).toMatchObject({ host: '192.0.2.1', port: 2794, options: { tls: 0, original: 0 } });
  });

  test('needs no host where it has an endpoint, on Lambda too', () => {
    const endpoint = 'https://x1.execute-api.ap-northeast-1.amazonaws.com';
    expect(read({ endpoint }, true).get('default')?.options['endpoint']).toBe(endpoint);
    expect(linesOf(() => read({}, true)).join()).toContain("a host other than Lambda's own loopback");
    expect(read({}, false).get('default')?.host).toBe('127.0.0.1');
  });

  test.each(['http://192.0.2.1:2794', 'https://neko:nyaa@example.jp', 'ftp://example.jp'])(
    'is wrong with the endpoint %s',
    (endpoint) => {
      expect(linesOf(() => read({ endpoint }, false)).join()).toContain('an https:// URL');
    },
  );
});
