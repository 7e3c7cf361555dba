import type { World } from '../command.ts';
import { printable } from './printable.ts';

/** A line for people beside the result, on stderr; what it quotes (keys, values, file names) never steers the terminal. */
export function tell({ stderr }: Pick<World, 'stderr'>, text: string): void {
  stderr.write(`${printable(text)}\n`);
}
