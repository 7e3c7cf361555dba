import { example } from './example.ts';
import type { Milter } from './milter.ts';
import { nyaa } from './nyaa.ts';

/** The milters that haineko.cf may name. Adding one is a file and a line here. */
export const milters: readonly Milter[] = [example, nyaa];
