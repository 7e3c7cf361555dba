import { argv } from 'node:process';
import { startDelayLine } from './delay-line.ts';

// A process of its own, since it watches the clock: delay lines to one port, one for each round-trip time. Tells their ports.
process.on('disconnect', () => process.exit());
const [to = 0, ...roundTrips] = argv.slice(2).map(Number);
const lines = await Promise.all(roundTrips.map((each) => startDelayLine(to, each)));
process.send?.(lines.map(({ port }) => port));
