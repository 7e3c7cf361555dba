import type { AnyCommand } from '../command.ts';
import { pw } from './pw.ts';
import { start } from './start.ts';

/** All commands, in the order in which help and docs/command.md have them. */
export const commands: readonly AnyCommand[] = [start, pw];
