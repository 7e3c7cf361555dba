/** What ends a process at a prompt from outside; Ctrl-C is a character there. */
const DEADLY = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** A process, as far as its signals go. */
export type Signalled = Pick<NodeJS.Process, 'pid' | 'kill' | 'on' | 'off' | 'removeAllListeners'>;

/**
 * Takes a terminal's characters as they are typed, without echo, until the returned function gives the terminal back. A
 * signal gives it back too, and then ends the process as it would have: a shell that is left in raw mode shows nothing.
 */
export function rawMode(stdin: Pick<NodeJS.ReadStream, 'setRawMode'>, machine: Signalled): () => void {
  const restore = () => {
    for (const signal of DEADLY) machine.off(signal, die);
    stdin.setRawMode(false);
  };
  const die = (signal: NodeJS.Signals) => {
    restore();
    // who stops between two steps has none behind him at a prompt
    machine.removeAllListeners(signal);
    machine.kill(machine.pid, signal);
  };
  for (const signal of DEADLY) machine.on(signal, die);
  stdin.setRawMode(true);
  return restore;
}
