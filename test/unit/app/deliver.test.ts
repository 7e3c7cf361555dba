import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { fromHttpApi } from '../../../functions/app/api-gateway.ts';
import { answer } from '../../../functions/app/http.ts';
import { inParallel } from '../../../functions/app/in-parallel.ts';
import type { Answer } from '../../../functions/relay/relay.ts';
import { MAIL, octets, world } from './world.ts';

const deferred = (code = '451'): Answer => ({
  code,
  dsn: null,
  command: 'DATA',
  message: ['later'],
  outcome: 'deferred',
  relayed: true,
});
const accepted: Answer = {
  code: '250',
  dsn: null,
  command: 'QUIT',
  message: ['Ok'],
  outcome: 'accepted',
  relayed: true,
};
const TO = 'mi-chan@example.org';

/** A world whose Kept mailer answers one after the other. */
function scripted(route: object, ...script: Answer[]) {
  const made = world({ mailertable: { default: { mailer: 'Kept', sleep: 0, ...route } } });
  made.answers.set(TO, () => Promise.resolve(script.shift() ?? accepted));
  return made;
}

describe('deliver()', () => {
  test('tries a deferred mail again as often as the route says, with the same octets', async () => {
    const { ask, kept } = scripted({ retry: 2 }, deferred(), deferred());
    expect((await ask()).status).toBe(200);
    expect(kept).toHaveLength(3);
    expect(new Set(kept.map(octets)).size).toBe(1);
  });

  test('does not try again without retry, nor a 5yz, nor an unknown', async () => {
    for (const [route, answer, status] of [
      [{}, deferred(), 503],
      [{ retry: 3 }, deferred('535'), 503],
      [{ retry: 3 }, { ...deferred(), outcome: 'unknown' }, 409],
      [{ retry: 3 }, { ...deferred('550'), outcome: 'rejected' }, 422],
    ] as const) {
      const { ask, kept } = scripted(route, answer);
      expect((await ask()).status).toBe(status);
      expect(kept).toHaveLength(1);
    }
  });

  test('does not sleep past the deadline', async () => {
    const { ask, kept, context } = scripted({ retry: 3, sleep: 60 }, deferred());
    expect((await ask({ deadline: context.now() + 5000 })).status).toBe(503);
    expect(kept).toHaveLength(1);
  });

  test('begins nothing without time to answer', async () => {
    const { ask, kept, context } = world();
    const made = await ask({ deadline: context.now() + 500 });
    expect(made).toMatchObject({
      status: 503,
      json: { 'smtp.response': { code: '451', dsn: '4.4.7', outcome: 'deferred', mailer: 'Kept' } },
    });
    expect(kept).toEqual([]);
  });

  test('sends nothing where the credential is not there, and names it', async () => {
    const { ask, kept } = scripted({ auth: 'Google' });
    expect(await ask()).toMatchObject({
      status: 503,
      json: {
        'smtp.response': {
          code: '451',
          dsn: '4.7.0',
          command: 'AUTH',
          message: [expect.stringContaining("'Google'")],
        },
      },
    });
    expect(kept).toEqual([]);
  });

  test('fetches a refused credential anew and tries once more, if there is another', async () => {
    for (const [version, tries] of [
      ['2', 2],
      ['1', 1],
    ] as const) {
      const refused: Answer = { ...deferred('535'), credentialRefused: true };
      const made = scripted({ auth: 'Google' }, refused, refused, refused);
      const credential = { name: 'Google', version: '1', username: 'u', password: 'p' };
      const source = {
        ...made.context.source,
        credential: async () => credential,
        refresh: async () => ({ ...credential, version }),
      };
      const request = {
        method: 'POST',
        path: '/submit',
        headers: {},
        body: JSON.stringify(MAIL),
        remote: { address: '127.0.0.1', port: 1 },
        deadline: Date.now() + 20_000,
      };
      expect((await answer(request, { ...made.context, source })).status).toBe(503);
      expect(made.kept).toHaveLength(tries);
    }
  });

  test('tries no version of a credential twice, and three at most', async () => {
    const refused: Answer = { ...deferred('535'), credentialRefused: true };
    const credential = (version: number) => ({
      name: 'Google',
      version: String(version),
      username: 'u',
      password: 'p',
    });
    for (const [good, tries, status] of [
      [3, 3, 200],
      [4, 3, 503],
    ] as const) {
      const made = scripted({ auth: 'Google' });
      let version = 1;
      made.answers.set(TO, async () => (version === good ? accepted : refused));
      const asked: string[] = [];
      Object.assign(made.context.source, {
        credential: async () => credential(1),
        // rotated in the moment in which it is read, as often as it is
        refresh: async (_name: string, before: { version: string }) => {
          asked.push(before.version);
          return credential(++version);
        },
      });
      expect((await made.ask()).status).toBe(status);
      expect([made.kept.length, asked]).toEqual([tries, ['1', '2']]);
    }
  });

  test('waits for a newer credential no longer than a try with it makes sense', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const made = scripted({ auth: 'Google' }, { ...deferred('535'), credentialRefused: true });
    Object.assign(made.context.source, {
      credential: async () => ({ name: 'Google', version: '1', username: 'u', password: 'p' }),
      refresh: () => new Promise<never>(() => {}),
    });
    const asking = made.ask({ deadline: Date.now() + 3000 });
    await vi.advanceTimersByTimeAsync(2000);
    expect(await asking).toMatchObject({ status: 503, json: { 'smtp.response': { code: '535' } } });
    expect(made.kept).toHaveLength(1);
  });

  test('relays at most max_workers at the same time, and loses none', async () => {
    let now = 0;
    let most = 0;
    const done = await inParallel(
      Array.from({ length: 9 }, (_, at) => at),
      4,
      async (item) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now--;
        return item * 2;
      },
    );
    expect(most).toBe(4);
    expect(done).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
  });
});

describe('fromHttpApi()', () => {
  const event = (more: object = {}, context: object = {}) => ({
    rawPath: '/submit',
    headers: {},
    body: 'x',
    isBase64Encoded: false,
    ...more,
    requestContext: {
      stage: '$default',
      timeEpoch: 1_000_000,
      http: { method: 'POST', sourceIp: '192.0.2.1' },
      ...context,
    },
  });

  test('counts the 30 s of API Gateway from timeEpoch: 20 s old leaves some 8', () => {
    const now = 1_020_000;
    expect(fromHttpApi(event(), 29_000, now).deadline - now).toBe(8500);
    expect(fromHttpApi(event(), 5000, now).deadline - now).toBe(4500);
  });

  test('decodes base64, strips a named stage, takes the address of the platform', () => {
    const made = fromHttpApi(
      event(
        {
          rawPath: '/dev/submit',
          body: Buffer.from('é').toString('base64'),
          isBase64Encoded: true,
          headers: { 'x-forwarded-for': '127.0.0.1' },
        },
        { stage: 'dev', http: { method: 'POST', sourceIp: '2001:db8::1' } },
      ),
      1000,
      0,
    );
    expect(made).toMatchObject({
      path: '/submit',
      body: Buffer.from('é'),
      remote: { address: '2001:db8::1', port: null },
    });
    expect(fromHttpApi(event({ rawPath: '/device' }, { stage: 'dev' }), 1, 0).path).toBe('/device');
    expect(fromHttpApi(event({ rawPath: '/dev' }, { stage: 'dev' }), 1, 0).path).toBe('/');
  });
});
