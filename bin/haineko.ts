#!/usr/bin/env -S npx tsx
import { start } from './start.ts';

/** The commands, each in a file of its own. */
const COMMANDS = new Map([['start', start]]);

const USAGE = `usage: haineko COMMAND [options]

  start    run the relay on this machine

haineko COMMAND --help tells a command's options.
`;

const [name = '', ...rest] = process.argv.slice(2);
const command = COMMANDS.get(name);
if (command) {
  process.exitCode = await command(rest);
} else {
  const asked = name === '--help' || name === '-h' || name === 'help';
  (asked ? process.stdout : process.stderr).write(
    asked || name === '' ? USAGE : `haineko: no command '${name}'\n${USAGE}`,
  );
  process.exitCode = asked ? 0 : 2;
}
