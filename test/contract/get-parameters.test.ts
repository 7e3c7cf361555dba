import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { ssmClient } from '../../functions/store/ssm-client.ts';
import { TIMES } from '../../functions/store/times.ts';
import { startLoopback } from '../doubles/loopback.ts';
import { whereOf } from './ssm-world.ts';

const GOOD = JSON.stringify({ Parameters: [{ Name: '/a', Value: 'b', Version: 1 }], InvalidParameters: [] });

/** Asks a server that gives these answers, one a call. */
async function ask(...answers: readonly ((response: ServerResponse) => void)[]) {
  const left = [...answers];
  const server = await startLoopback((request, response) => {
    request.resume().on('end', () => left.shift()?.(response));
  });
  onTestFinished(() => server.stop());
  const client = ssmClient(whereOf(server), {
    times: { ...TIMES, attempt: 200 },
    clock: { now: Date.now, random: () => 0.01 },
  });
  const asked = client.get(['/a'], new AbortController().signal);
  const found = await asked.catch((error: Error) => error);
  client.close();
  return { found, calls: answers.length - left.length, open: server };
}

const say =
  (status: number, body: string) =>
  (response: ServerResponse): void =>
    void response.writeHead(status).end(body);

test.each([
  ['what is no JSON', '<html>', 'SyntaxError'],
  ['no list', '{}', 'expected Parameters'],
  ['another kind of list', '{"Parameters":{}}', 'expected Parameters'],
  ['null', 'null', ''],
])(
  'getParameters() takes %s with 200 for no answer, and never for missing parameters',
  async (_, body, why) => {
    const { found, calls } = await ask(say(200, body));
    expect(found).toBeInstanceOf(Error);
    expect(String(found)).toContain(why);
    expect(calls).toBe(1);
  },
);

test.each([
  ["a gateway's page with 503", say(503, '<html>busy</html>')],
  ['429 of a gateway', say(429, '')],
  ['an older signature', say(400, '{"__type":"com.amazon#InvalidSignatureException"}')],
  ['a connection that breaks', (response: ServerResponse) => void response.socket?.destroy()],
  ['silence', () => undefined],
  [
    'silence in the midst of an answer',
    (response: ServerResponse) => void response.writeHead(200, { 'content-length': 1000 }).write('{'),
  ],
])('getParameters() asks again after %s', async (_, first) => {
  const { found, calls } = await ask(first, say(200, GOOD));
  expect(found).toEqual([{ Name: '/a', Value: 'b', Version: 1 }]);
  expect(calls).toBe(2);
});

test.each([
  ['403 of a gateway', say(403, '<html>'), 'HTTP 403'],
  ['a refusal of a text that is none', say(400, '"neko"'), 'HTTP 400'],
  ['ParameterNotFound', say(400, '{"__type":"ParameterNotFound"}'), 'ParameterNotFound'],
])('getParameters() asks once, and names the error, after %s', async (_, answer, name) => {
  const { found, calls } = await ask(answer, say(200, GOOD));
  expect((found as Error).name).toBe(name);
  expect(calls).toBe(1);
});

test('getParameters() asks three times, and tells the last error', async () => {
  const busy = say(400, '{"__type":"ThrottlingException","message":"Rate exceeded"}');
  const { found, calls } = await ask(busy, busy, busy, say(200, GOOD));
  expect(String(found)).toBe('ThrottlingException: Rate exceeded');
  expect(calls).toBe(3);
});
