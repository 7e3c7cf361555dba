/** The streams of a process, as far as they are written. */
export type Outputs = {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  exitCode?: number | string | null | undefined;
  once(event: 'exit', listener: () => void): unknown;
};

/** A reader that went away (`| head`); what is written after that. */
const GONE = new Set<unknown>(['EPIPE', 'ERR_STREAM_DESTROYED']);

/**
 * Listens for errors of writing from now on, so that none ends a command in its midst. A reader that went away is no failure;
 * a result that cannot be written otherwise (a full disk) is told on stderr, and the process ends with 1.
 */
export function mindOutputs(machine: Outputs): void {
  let told = false;
  machine.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (told || GONE.has(code)) return;
    told = true;
    machine.stderr.write(`haineko: the result cannot be written to stdout (${code ?? message})\n`);
    // what the command did meanwhile is done: its own status, where it is not 0, says more
    machine.once('exit', () => {
      machine.exitCode ||= 1;
    });
  });
  // nobody is left who could be told
  machine.stderr.on('error', () => {});
}

/** Resolves when the text has gone, or cannot go: a pipe may be slower than the process's end. */
export function written(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}
