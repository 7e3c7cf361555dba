/** Resolves at Ctrl-C or SIGTERM; a second one ends the process at once, with 130 as a shell has it. */
export function interruption(): Promise<void> {
  return new Promise((resolve) => {
    onInterrupt(resolve);
  });
}

/** Notes Ctrl-C and SIGTERM from now on, so that a command stops between two steps and not within one. */
export function interruptible(): { asked(): boolean; over(): void } {
  let asked = false;
  const over = onInterrupt(() => {
    asked = true;
    process.stderr.write('\nstopping after this step (Ctrl-C again: at once)\n');
  });
  return { asked: () => asked, over };
}

function onInterrupt(first: () => void): () => void {
  let asked = false;
  const stop = () => {
    if (asked) process.exit(130);
    asked = true;
    first();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
}
