import { compiled, inFolder } from '../compiled.ts';
import { type Figure, figure, readable } from '../figure.ts';
import { interleaved } from '../interleaved.ts';
import type { Effort, Row } from '../row.ts';
import { ratios, type Sample } from '../sample.ts';
import { startTables, type TablesProcess } from './start-tables.ts';

const FEW = 10;
/** How many entries are held against few. */
const MANY = { file: [1000, 100_000], memory: [1000, 100_000], ssm: [2000] } as const;
/** A smoke run need not read so many. */
const FEWER = { ...MANY, file: [1000], memory: [1000] } as const;
const NAMES = { file: 'files', memory: 'memory', ssm: 'SSM, in shards' } as const;
const SOURCES = ['file', 'memory', 'ssm'] as const;
/** Turns of a round: the shorter each is, the more alike is what others take of the machine meanwhile. */
const TURNS = 12;
const MOST_RATIO = 1.1;
const MOST_COLD_CALLS = 3;

/** A request costs the same whatever the tables' size. */
export const tables: Row = {
  name: 'tables',
  title: "A request's cost with large tables",
  how: `CPU time of a request, its process's garbage collection included: a mail of 1 KB by Discard, to domains all over mailertable, warm. Each table is in a process of its own, and all take turns of 250 requests, ${TURNS} of them a round; the ratio is to ${FEW} entries in the same source. Calls of GetParameters are what an SSM double counts: cold is the start and the first request, warm is everything after each shard was read once. No time passes for the tables in SSM: they are read anew every minute, whatever their size.`,
  run: (effort) => inFolder((folder) => measure(folder, effort)),
};

async function measure(folder: string, { rounds, quick }: Effort): Promise<readonly Figure[]> {
  const program = compiled(new URL('tables-process.ts', import.meta.url), folder);
  const sizes = quick ? FEWER : MANY;
  const all = new Map<string, TablesProcess>();
  const figures: Figure[] = [];
  const calls = () => Math.max(...[...all.values()].map((each) => each.calls()));
  try {
    for (const from of SOURCES) {
      for (const entries of [FEW, ...sizes[from]])
        all.set(`${from} ${entries}`, await startTables(program, folder, from, entries));
    }
    const costs = (requests: number) =>
      Object.fromEntries([...all].map(([name, { cost }]) => [name, () => cost(requests)]));
    await interleaved(costs(1), 1, 0);
    const cold = calls();
    // compiled by V8 and, in SSM, each shard read
    await interleaved(costs(quick ? 256 : 12_000), 1, 0);
    calls();
    const turns = quick ? 1 : TURNS;
    const measured = await interleaved(costs(quick ? 100 : 250), rounds * turns, turns);
    const sample = (name: string) => meansOf(measured[name] ?? [], turns);
    for (const from of SOURCES) {
      const few = sample(`${from} ${FEW}`);
      figures.push(figure(`${FEW} entries, ${NAMES[from]}`, few, ' us'));
      for (const entries of sizes[from]) {
        const ratio = ratios(sample(`${from} ${entries}`), few);
        figures.push(
          figure(`${readable(entries)} entries, ${NAMES[from]}`, ratio, ' x', { most: MOST_RATIO }),
        );
      }
    }
    figures.push(
      figure('cold, calls of SSM', cold, '', { most: MOST_COLD_CALLS, counted: true }),
      figure('warm, calls of SSM', calls(), '', { most: 0, counted: true }),
    );
    return figures;
  } finally {
    await Promise.all([...all.values()].map((each) => each.stop()));
  }
}

/** The mean of each so many values. */
function meansOf(values: Sample, count: number): Sample {
  const groups = Array.from({ length: values.length / count }, (_, at) =>
    values.slice(at * count, (at + 1) * count),
  );
  return groups.map((group) => group.reduce((sum, each) => sum + each, 0) / count);
}
