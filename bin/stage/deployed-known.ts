import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';

/** As on Lambda: local mailers and loopback hosts are errors, hostname and `default:` are required. */
export const deployedKnown = knownFrom(relays, milters, { deployed: true, machine: 'localhost' });
