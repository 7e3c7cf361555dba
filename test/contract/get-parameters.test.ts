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
  return { found, calls: answers.length - left.length };
}

const say =
  (status: number, body: string) =>
  (response: ServerResponse): void =>
    void response.writeHead(status).end(body);

test.each([
  ['what is no JSON', '<html>', 'expected JSON'],
  ['JSON that is broken within a secret', `${GOOD.slice(0, -2)},"Value":nyanko22}`, 'expected JSON'],
  ['no list', '{}', 'expected Parameters'],
  ['another kind of list', '{"Parameters":{}}', 'expected Parameters'],
  ['null', 'null', 'expected Parameters'],
])(
  'getParameters() takes %s with 200 for no answer, and never for missing parameters',
  async (_, body, why) => {
    const { found, calls } = await ask(say(200, body));
    expect(found).toBeInstanceOf(Error);
    expect(String(found)).toContain(why);
    expect(String((found as Error).stack)).not.toContain('nyanko22');
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
  ['a type that is none', say(400, '{"__type":7,"message":{}}'), 'HTTP 400'],
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

test('getParameters() ends an answer that has no end', async () => {
  const endless = (response: ServerResponse): void => {
    const more = (): void => {
      if (response.destroyed) return;
      response.write('x'.repeat(65_536));
      setImmediate(more);
    };
    more();
  };
  const { found } = await ask(endless);
  expect(String(found)).toContain('the answer is too long');
});

test('getParameters() heeds a signal that is given while keys are looked up', async () => {
  const server = await startLoopback((request) => void request.resume());
  onTestFinished(() => server.stop());
  const stop = new AbortController();
  const keys = async () => {
    stop.abort();
    return whereOf(server).keys();
  };
  const patience = { times: TIMES, clock: { now: Date.now, random: () => 0 } };
  const client = ssmClient({ ...whereOf(server), keys }, patience);
  await expect(client.get(['/a'], stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  expect(server.accepted()).toBe(0);
});
