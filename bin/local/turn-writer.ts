/** Writes lines to a terminal or a file, those of one turn of the event loop at once: under load a line each is a call of the system each. */
export type TurnWriter = {
  line(text: string): void;
  /** Writes what is waiting now. */
  flush(): void;
};

/** Makes one; `write` takes whole lines. */
export function turnWriter(write: (text: string) => void): TurnWriter {
  let waiting = '';
  const flush = (): void => {
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  return {
    line(text) {
      if (waiting === '') setImmediate(flush);
      waiting += `${text}\n`;
    },
    flush,
  };
}
