import { Resolver } from 'node:dns/promises';
import { type LookedUp, lookUp } from '../../functions/relay/mx/look-up.ts';
import { type Said, warn } from './finding.ts';

/** The DNS as checks ask it. A list is empty where there is no such name or record; NoAnswer where nobody could say it. */
export type Dns = {
  /** TXT records, each with its strings put together. */
  txt(name: string): Promise<readonly string[]>;
  /** The alias that a name is, in lower case without the root's dot. */
  cname(name: string): Promise<readonly string[]>;
  /** Exchangers, likewise. */
  mx(name: string): Promise<readonly string[]>;
  /** IPv4 and IPv6. */
  addresses(name: string): Promise<readonly string[]>;
  close(): void;
};

/** No name server gave an answer that tells anything. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly asked: string;

  constructor(asked: string, cause: string) {
    super(cause);
    this.asked = asked;
  }
}

/** Opens the DNS: this machine's name servers, or the one that is named. An answer may take so many milliseconds. */
export function openDns(server: string | undefined, ms: number): Dns {
  const resolver = new Resolver({ timeout: Math.max(Math.floor(ms / 4), 100), tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  const ask = async <T>(name: string, question: () => Promise<readonly T[]>): Promise<readonly T[]> =>
    answerOf(name, await lookUp(question, ms));
  return {
    txt: (name) => ask(name, async () => (await resolver.resolveTxt(name)).map((texts) => texts.join(''))),
    cname: (name) => ask(name, async () => (await resolver.resolveCname(name)).map(bare)),
    mx: (name) =>
      ask(name, async () => (await resolver.resolveMx(name)).map(({ exchange }) => bare(exchange))),
    async addresses(name) {
      const [four, six] = await Promise.all([
        lookUp(() => resolver.resolve4(name), ms),
        lookUp(() => resolver.resolve6(name), ms),
      ]);
      const found = [four, six].flatMap((each) => (each.said === 'records' ? each.records : []));
      return found.length > 0 ? found : [...answerOf(name, four), ...answerOf(name, six)];
    },
    close: () => resolver.cancel(),
  };
}

function answerOf<T>(name: string, found: LookedUp<T>): readonly T[] {
  if (found.said === 'nothing') throw new NoAnswer(name, found.cause);
  return found.said === 'records' ? found.records : [];
}

function bare(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** Looks at each, beside each other; the names for which the DNS gives no answer become one finding. */
export async function gather<T>(
  items: readonly T[],
  look: (item: T) => Promise<readonly Said[]>,
): Promise<readonly Said[]> {
  const silent = new Map<string, string>();
  const said = await Promise.all(
    items.map(async (item) => {
      try {
        return await look(item);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        silent.set(error.asked, error.message);
        return [];
      }
    }),
  );
  if (silent.size === 0) return said.flat();
  const [why] = silent.values();
  const names = [...silent.keys()].join(', ');
  return [
    ...said.flat(),
    warn(`could not be looked at: the DNS gives no answer for ${names} (${why})`, ANOTHER),
  ];
}

const ANOTHER = 'Ask another name server: --dns SERVER.';
