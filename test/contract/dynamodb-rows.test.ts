import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { dynamoDbRows } from '../../functions/store/dynamodb-rows.ts';
import { type Row, RowsUnavailable } from '../../functions/store/rows.ts';
import { startDynamoDb } from '../doubles/dynamodb.ts';
import { bodyOf, startLoopback } from '../doubles/loopback.ts';

type Fault = (response: ServerResponse) => void;

/** Rows behind a proxy: `before` stops a call on its way there, `after` its answer on the way back, each once. */
async function proxied() {
  const double = await startDynamoDb();
  const before: Fault[] = [];
  const after: Fault[] = [];
  const asked: { target: string; type: string; scope: string }[] = [];
  const server = await startLoopback(async (request: IncomingMessage, response) => {
    const body = await bodyOf(request);
    const { 'x-amz-target': target, 'content-type': type = '', authorization = '' } = request.headers;
    asked.push({
      target: String(target),
      type,
      scope: /Credential=[^/]+\/\d+\/([^,]+)/.exec(authorization)?.[1] ?? '',
    });
    const stopped = before.shift();
    if (stopped) return stopped(response);
    const onward = httpRequest(double.url, { method: 'POST', headers: request.headers }, async (answer) => {
      const text = await bodyOf(answer);
      const lost = after.shift();
      if (lost) lost(response);
      else response.writeHead(answer.statusCode ?? 500, answer.headers).end(text);
    });
    onward.end(body);
  });
  let failures = 0;
  const where = { ...double.where, url: new URL(server.url) };
  const failed = () => {
    failures++;
  };
  const rows = dynamoDbRows(where, { table: double.table, failed, attempt: 150, random: () => 0.01 });
  onTestFinished(async () => {
    rows.close();
    await server.stop();
    await double.stop();
  });
  return { rows, before, after, asked, failures: () => failures };
}

const row = (stamp: string): Row => ({
  partition: 'neko',
  name: 'a',
  stamp,
  expires: Math.floor(Date.now() / 1000) + 3600,
  text: '{}',
});

const broken: Fault = (response) => void response.socket?.destroy();
const silent: Fault = () => undefined;
const says =
  (status: number, type: string): Fault =>
  (response) =>
    void response
      .writeHead(status)
      .end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}` }));

test('a call is AWS JSON 1.0, signed for DynamoDB', async () => {
  const { rows, asked } = await proxied();
  await rows.replace(row('1'));
  expect(asked).toEqual([
    {
      target: 'DynamoDB_20120810.PutItem',
      type: 'application/x-amz-json-1.0',
      scope: 'us-east-1/dynamodb/aws4_request',
    },
  ]);
});

test.each([
  ['a connection that breaks', broken],
  ['silence', silent],
])('a write whose answer is lost by %s is known as our own when it is tried again', async (_, fault) => {
  const { rows, after, asked, failures } = await proxied();
  after.push(fault);
  expect(await rows.replace(row('1'))).toBe(true);
  after.push(fault);
  expect(await rows.replace(row('2'), '1')).toBe(true);
  // written, tried again, looked at; twice
  expect(asked.map(({ target }) => target.replace(/^.*\./, ''))).toEqual([
    'PutItem',
    'PutItem',
    'GetItem',
    'PutItem',
    'PutItem',
    'GetItem',
  ]);
  expect(failures()).toBe(0);
  after.push(fault);
  expect(await rows.replace(row('3'), '1'), 'and another’s is not').toBe(false);
});

test.each([
  ['a throttle', says(400, 'ProvisionedThroughputExceededException')],
  ['an error of the server', says(500, 'InternalServerError')],
  ['a connection that breaks', broken],
])('is tried again after %s, three times at most', async (_, fault) => {
  const { rows, before, failures } = await proxied();
  before.push(fault, fault);
  expect(await rows.replace(row('1'))).toBe(true);
  before.push(fault, fault, fault);
  await expect(rows.read('neko', 'a')).rejects.toThrow(RowsUnavailable);
  expect(failures()).toBe(1);
  expect((await rows.read('neko', 'a'))?.stamp).toBe('1');
});

test('what is no answer of DynamoDB is never taken for a row that is absent', async () => {
  const { rows, before, asked } = await proxied();
  before.push((response) => void response.writeHead(200).end('<html>'));
  await expect(rows.read('neko', 'a')).rejects.toThrow('expected JSON in the answer');
  before.push((response) => void response.writeHead(200).end('{}'));
  await expect(rows.list('neko')).rejects.toThrow('expected Items');
  before.push(says(400, 'AccessDeniedException'));
  await expect(rows.add(row('1'))).rejects.toThrow('PutItem: AccessDeniedException');
  expect(asked).toHaveLength(3);
});
