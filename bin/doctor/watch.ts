import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { SSMClient } from '@aws-sdk/client-ssm';

/** What an answer of AWS told of the clocks: how far this machine's is behind, in milliseconds; negative: ahead. */
export type Tick = { readonly behind: number; readonly roundTrip: number };

/** Sees the requests of AWS's clients go by. */
export type Watch = {
  /** The ticks of all answers so far, those of refusals too. */
  readonly ticks: readonly Tick[];
  /** From now on the client's calls are seen. */
  begin(client: SSMClient | SESv2Client): void;
  /** Ends whatever is under way, and the clients: a call that nobody waits for any more would keep the process. */
  end(): void;
};

/** Nearest to the wire: there an answer is as it came, and a refusal no error yet. */
const ON_THE_WIRE = { name: 'watch', step: 'deserialize', priority: 'low' } as const;

/** Begins to watch. */
export function watch(now: () => number): Watch {
  const ticks: Tick[] = [];
  const clients: { destroy(): void }[] = [];
  let end: () => void = () => undefined;
  const over = new Promise<never>((_, reject) => {
    // by this name the SDK tries nothing again
    end = () => reject(Object.assign(new Error('the examination is over'), { name: 'AbortError' }));
  });
  over.catch(() => undefined);

  const middleware =
    <Args, Result extends { readonly response: unknown }>(next: (args: Args) => Promise<Result>) =>
    async (args: Args): Promise<Result> => {
      const sent = now();
      const result = await Promise.race([next(args), over]);
      const tick = tickOf(result.response, sent, now());
      if (tick) ticks.push(tick);
      return result;
    };

  return {
    ticks,
    begin(client) {
      clients.push(client);
      client.middlewareStack.add(middleware, ON_THE_WIRE);
    },
    end() {
      end();
      for (const client of clients) client.destroy();
    },
  };
}

function tickOf(response: unknown, sent: number, received: number): Tick | undefined {
  const { headers } = Object(response) as { headers?: Readonly<Record<string, string>> };
  const date = Date.parse(headers?.['date'] ?? '');
  if (Number.isNaN(date)) return undefined;
  // RFC 9110 5.6.7: whole seconds, so that half of one lies behind it on the average
  return { behind: date + 500 - (sent + received) / 2, roundTrip: received - sent };
}
