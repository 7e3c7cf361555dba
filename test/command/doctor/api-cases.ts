import type { RequestListener } from 'node:http';
import { VERSION } from '../../../functions/app/version.ts';
import type { Case } from './case.ts';
import { type Patient, STACK } from './patient.ts';

/** Answers whatever is asked. */
export const says =
  (status: number, body: string, headers = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
const spoiledBy =
  (listener: RequestListener) =>
  ({ answer }: Patient) =>
    answer(listener);
/** What GET / of a Haineko answers. */
export const own = (version: string) => JSON.stringify({ name: 'Haineko', version });
const REFUSED = JSON.stringify({ 'smtp.response': { code: '554' } });

/** What can be wrong, and what is told of it. */
export const apiCases: readonly Case[] = [
  {
    title: 'another version',
    spoil: spoiledBy(says(200, own('0.9.0'))),
    check: 'api',
    level: 'note',
    what: `: Haineko 0.9.0, and this command is of ${VERSION}`,
  },
  {
    title: 'a page of somebody else',
    spoil: spoiledBy(says(200, '<html>Nyaa</html>')),
    check: 'api',
    level: 'warning',
    what: 'answers 200 in',
    fix: '--url',
  },
  {
    title: 'a page without an end',
    spoil: spoiledBy((_, response) => {
      const more = () => response.destroyed || response.write('x'.repeat(16_384), () => setImmediate(more));
      more();
    }),
    check: 'api',
    level: 'warning',
    what: "and it is no Haineko's answer",
  },
  {
    title: 'a user who is wanted',
    spoil: spoiledBy(says(401, REFUSED)),
    check: 'api',
    level: 'note',
    what: 'it wants a user, which is right with require_auth: 1',
  },
  {
    title: 'a user who is wanted, as the table says',
    spoil: ({ answer, lay }) => {
      answer(says(401, REFUSED));
      lay('haineko.cf', { hostname: 'relay.example.jp', require_auth: 1 });
    },
    check: 'api',
    level: 'ok',
    what: 'it wants a user, as require_auth says',
  },
  {
    title: 'IAM, which wants a signature',
    alone: true,
    spoil: ({ answer, lay, api }) => {
      answer(says(403, '{"message":"Forbidden"}'));
      lay('stack', { ...STACK, authorization: 'iam', url: api.url });
    },
    check: 'api',
    level: 'ok',
    what: 'it wants a signature (IAM), as it should',
  },
  {
    title: 'a refusal that nobody ordered',
    spoil: spoiledBy(says(403, '{"message":"Forbidden"}')),
    check: 'api',
    level: 'warning',
    what: 'refused before the relay',
  },
  {
    title: "the relay's own refusal",
    spoil: spoiledBy(says(403, REFUSED)),
    check: 'api',
    level: 'note',
    what: 'the relay refuses this machine',
  },
  {
    title: 'no such API',
    spoil: spoiledBy(says(404, '{"message":"Not Found"}')),
    check: 'api',
    level: 'error',
    what: 'there is no such API',
  },
  {
    title: 'throttling',
    spoil: spoiledBy(says(429, '{"message":"Too Many Requests"}')),
    check: 'api',
    level: 'warning',
    what: 'it is throttled',
  },
  {
    title: 'a relay without tables',
    spoil: spoiledBy(says(503, REFUSED)),
    check: 'api',
    level: 'error',
    what: 'the relay has no tables, or fails',
    fix: 'aws logs tail Haineko-production-SubmitLog --since 10m --region ap-northeast-1',
  },
  {
    title: 'a function that does not answer',
    spoil: spoiledBy(says(500, '{"message":"Internal Server Error"}')),
    check: 'api',
    level: 'error',
    what: 'the function does not answer',
  },
  {
    title: 'a redirect',
    spoil: spoiledBy(says(301, '', { location: 'https://www.example.jp/' })),
    check: 'api',
    level: 'warning',
    what: 'a redirect to https://www.example.jp/',
  },
  {
    title: 'a connection that breaks',
    spoil: spoiledBy((request) => void request.socket.resetAndDestroy()),
    check: 'api',
    level: 'error',
    what: 'does not answer: ECONNRESET',
  },
  {
    title: 'an answer that breaks off',
    spoil: spoiledBy((request, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('{');
      setTimeout(() => request.socket.destroy(), 20);
    }),
    check: 'api',
    level: 'error',
    what: 'does not answer: ECONNRESET',
  },
  {
    title: 'an address where nobody is',
    spoil: () => undefined,
    args: ['--url', 'http://127.0.0.1:1/submit'],
    check: 'api',
    level: 'error',
    what: 'http://127.0.0.1:1/ does not answer: ECONNREFUSED',
  },
  {
    title: 'no address',
    alone: true,
    spoil: ({ lay }) => lay('stack', '{}'),
    check: 'api',
    level: 'note',
    what: 'not looked at: where the API is, nobody has told',
    fix: '--url URL',
  },
  {
    title: 'an address that is none',
    alone: true,
    spoil: ({ lay }) => lay('stack', { ...STACK, url: 'nyaa' }),
    check: 'api',
    level: 'error',
    what: "'nyaa' is no URL, and the stack's record has it",
  },
];
