import { describe, expect, test } from 'vitest';
import { answer } from '../../functions/app/http.ts';
import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';
import { cutIntoShards } from '../../functions/store/cut-into-shards.ts';
import { shardDocument, shardIndexOf, shardOf } from '../../functions/store/shards.ts';
import { hashPassword } from '../../functions/tables/password-hash.ts';
import { basic, MAIL, world } from '../unit/app/world.ts';
import { ssmWorld } from './ssm-world.ts';

const known = knownFrom(relays, milters, { deployed: false, machine: 'localhost' });
const [OLD, NEW] = [await hashPassword('old'), await hashPassword('new')];
const ROLE = 'arn:aws:iam::123456789012:role/cats/Mailer';
const SESSION = 'arn:aws:sts::123456789012:assumed-role/Mailer/i-0123';
const many = Object.fromEntries(Array.from({ length: 600 }, (_, at) => [`user${at}`, OLD]));

/** The app over SSM, by its clock: statuses of requests by a password, or by an IAM principal. */
async function started(password: Record<string, unknown>) {
  const pieces = cutIntoShards('password', password);
  const lay = {
    mailertable: { default: { mailer: 'Discard' } },
    recipients: { domainpart: ['example.org'] },
    ...Object.fromEntries(pieces.map(({ name, value }) => [name, value])),
  };
  const ssm = await ssmWorld({ lay, known });
  const context = { ...world().context, source: ssm.source };
  const ask = async (
    headers: Record<string, string>,
    more: { principal?: string } = {},
    address = '203.0.113.9',
  ) => {
    const body = JSON.stringify(MAIL);
    const remote = { address, port: 1 };
    const deadline = Date.now() + 20_000;
    const request = { method: 'POST', path: '/submit', headers, body, remote, deadline, ...more };
    return (await answer(request, context)).status;
  };
  return {
    ...ssm,
    pieces,
    /** Lays the table anew, as a command would: what is new first, the index last. */
    change(next: Record<string, unknown>) {
      for (const { name, value } of cutIntoShards('password', next)) ssm.put(name, value);
    },
    by: (user: string, secret: string, address?: string) => ask(basic(user, secret), {}, address),
    signed: (principal: string) => ask({}, { principal }),
  };
}

describe.each([
  ['whole', {}],
  ['in shards', many],
])('a password that was changed, in a table that is %s', (_, others) => {
  test('answer() does not see it within ten seconds of a look that a wrong one was the reason of', async () => {
    const { by, change, pass } = await started({ ...others, neko: OLD });
    expect(await by('neko', 'wrong')).toBe(401);
    change({ ...others, neko: NEW });
    pass(9.9);
    expect(await by('neko', 'old')).toBe(200);
    expect(await by('neko', 'new')).toBe(401);
    pass(0.1);
    expect(await by('neko', 'new')).toBe(200);
  });

  test('answer() reads it anew for the first request that has the new one', async () => {
    const { by, change, pass } = await started({ ...others, neko: OLD });
    expect(await by('neko', 'old')).toBe(200);
    change({ ...others, neko: NEW, mike: NEW });
    pass(3);
    expect(await by('neko', 'new')).toBe(200);
    expect(await by('neko', 'old')).toBe(401);
    expect(await by('mike', 'new')).toBe(200);
  });

  test('answer() refuses the old one past the hard age, whoever asked', async () => {
    const { by, change, pass } = await started({ ...others, neko: OLD });
    expect(await by('neko', 'old')).toBe(200);
    change({ ...others, neko: NEW });
    pass(35);
    expect(await by('neko', 'old')).toBe(200);
    pass(25);
    expect(await by('neko', 'old')).toBe(401);
    expect(await by('neko', 'new')).toBe(200);
  });

  test('answer() takes the old one while SSM cannot be read, and the new one as soon as it can', async () => {
    const { by, change, pass, ssm } = await started({ ...others, neko: OLD });
    expect(await by('neko', 'old')).toBe(200);
    change({ ...others, neko: NEW });
    ssm.failAll('throttling');
    pass(120);
    expect(await by('neko', 'old')).toBe(200);
    expect(await by('neko', 'new')).toBe(401);
    ssm.failAll(undefined);
    pass(10);
    expect(await by('neko', 'new')).toBe(200);
    expect(await by('neko', 'old')).toBe(401);
  });

  test('answer() counts a guess once, by however many tables it was tried', async () => {
    const { by, change, pass } = await started({ ...others, neko: OLD });
    expect(await by('neko', 'old')).toBe(200);
    change({ ...others, neko: NEW });
    expect(await by('neko', 'guess 0')).toBe(401);
    pass(3);
    for (let at = 1; at < 9; at++) expect(await by('neko', `guess ${at}`)).toBe(401);
    // the tenth is the right one, and is given back
    expect(await by('neko', 'new')).toBe(200);
    expect(await by('neko', 'guess 9')).toBe(401);
    // over the cap, but verified before
    expect(await by('neko', 'new')).toBe(200);
    expect(await by('user7', 'old')).toBe(401);
  });

  test('answer() lets in an IAM principal whose entry is new', async () => {
    const { signed, change, calls, pass } = await started({ ...others, neko: OLD });
    expect(await signed('')).toBe(403);
    calls();
    expect(await signed('')).toBe(403);
    expect(calls()).toEqual([]);
    change({ ...others, neko: OLD, [ROLE]: {} });
    pass(3);
    expect(await signed(SESSION)).toBe(200);
  });
});

test('answer() finds an entry that was changed within its shard', async () => {
  const { by, put, pieces, pass } = await started({ ...many, neko: OLD });
  expect(await by('neko', 'old')).toBe(200);
  const index = shardIndexOf('password', JSON.parse(pieces.at(-1)?.value ?? ''));
  const number = (index?.from ?? 0) + shardOf('neko', index?.shards ?? 0);
  put(shardDocument('password', number), { neko: NEW });
  pass(3);
  expect(await by('neko', 'new')).toBe(200);
  expect(await by('neko', 'old')).toBe(401);
});

test('answer() makes no storm of readings of wrong passwords, of users that are there and of others', async () => {
  const { by, calls, pass } = await started({ ...many, neko: OLD });
  expect(await by('neko', 'old')).toBe(200);
  const count: number[] = [];
  for (const name of ['neko', 'nobody']) {
    pass(11);
    await by(name, 'shard');
    pass(11);
    calls();
    for (let at = 0; at < 30; at++) expect(await by(name, `guess ${at}`, `203.0.113.${at}`)).toBe(401);
    count.push(calls().length);
  }
  expect(count).toEqual([2, 2]);
});
