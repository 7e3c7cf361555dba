import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { rawMode, type Signalled } from '../../../bin/terminal/raw-mode.ts';

function scene() {
  const killed: unknown[] = [];
  const modes: boolean[] = [];
  const machine = Object.assign(new EventEmitter(), {
    pid: 42,
    kill(pid: number, signal: string) {
      killed.push([pid, signal, modes.at(-1), machine.listenerCount(signal)]);
      return true;
    },
  });
  const stdin = {
    setRawMode(on: boolean) {
      modes.push(on);
      return stdin as never;
    },
  };
  return { machine, stdin, killed, modes, signals: machine as unknown as Signalled };
}

describe('rawMode()', () => {
  test.each(['SIGHUP', 'SIGQUIT', 'SIGTERM', 'SIGINT'])(
    'gives the terminal back at %s, then dies of it',
    (signal) => {
      const { machine, stdin, killed, signals } = scene();
      // as a push has it, which stops between two steps
      machine.on(signal, () => {});
      rawMode(stdin, signals);
      machine.emit(signal, signal);
      expect(killed).toEqual([[42, signal, false, 0]]);
    },
  );

  test('gives the terminal back when it is told to, and leaves the signals alone', () => {
    const { machine, stdin, modes, signals } = scene();
    rawMode(stdin, signals)();
    expect(modes).toEqual([true, false]);
    expect(machine.eventNames()).toEqual([]);
  });
});
