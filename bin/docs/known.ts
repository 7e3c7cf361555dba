import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';
import type { Known } from '../../functions/tables/known.ts';

/** What the tables know of the registries; the same on every machine, so that the pages are too. */
export const KNOWN: Known = knownFrom(relays, milters, { deployed: false, machine: 'localhost' });
