import { onTestFinished } from 'vitest';
import { ssmSource } from '../../functions/store/ssm.ts';
import { ssmClient } from '../../functions/store/ssm-client.ts';
import type { Times } from '../../functions/store/times.ts';
import { startSsmDouble } from '../doubles/ssm.ts';
import { documents, knownFor } from './known.ts';

export const PREFIX = '/haineko/test/';

/** Ages by a clock that tests set; waits in real milliseconds, short ones. */
const SHORT: Partial<Times> = { wait: 100, dead: 600, attempt: 150, prefetch: 100 };

/** As which a client of the double asks, and where. */
export function whereOf(ssm: { readonly url: string }): Parameters<typeof ssmClient>[0] {
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  return { region: 'us-east-1', url: new URL(ssm.url), keys: async () => keys };
}

/** A source over a double of SSM in which the usual tables lie, and everything that happens around it. */
export async function ssmWorld({
  lay = documents as Record<string, unknown>,
  deployed = false,
  known = knownFor({ deployed }),
  random = 0.5,
  attempts = 1,
  times = {} as Partial<Times>,
} = {}) {
  const ssm = await startSsmDouble();
  const reported: string[] = [];
  let time = Date.now();
  let failures = 0;
  const put = (name: string, document: unknown) =>
    ssm.put(PREFIX + name, typeof document === 'string' ? document : JSON.stringify(document));
  const { authinfo, ...tables } = lay;
  for (const [name, document] of Object.entries(tables)) put(name, document);
  for (const [name, document] of Object.entries(authinfo ?? {})) {
    ssm.put(`${PREFIX}authinfo/${name}`, JSON.stringify(document), 'SecureString');
  }
  const source = ssmSource({
    prefix: PREFIX,
    known,
    client: (patience) => ssmClient(whereOf(ssm), { ...patience, attempts }),
    clock: { now: () => time, random: () => random },
    report: (problem) => void reported.push(problem),
    failed: () => void failures++,
    times: { ...SHORT, ...times },
  });
  onTestFinished(async () => {
    source.close();
    await ssm.stop();
  });
  return {
    ssm,
    source,
    reported,
    /** How many calls failed after all attempts. */
    failures: () => failures,
    put,
    pass(seconds: number) {
      time += seconds * 1000;
    },
    /** Names asked for since the last look, a list a call, without the prefix. */
    calls(): readonly (readonly string[])[] {
      const calls = ssm.calls.map((names) => names.map((name) => name.replace(PREFIX, '')));
      ssm.forgetCalls();
      return calls;
    },
    /** Lets what goes on beside a request come to its end. */
    rest: (ms = 40) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
