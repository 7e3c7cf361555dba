import { CommandFailure, type World } from '../command.ts';
import { printable } from './printable.ts';
import { rawMode } from './raw-mode.ts';

/** Most octets of a secret on stdin: a DKIM key of 4096 bits has 3.3 KB. */
const MOST_SECRET = 16_384;

/** What a person types after a question, without showing it; from stdin, whole but for its last line end, where there is no terminal. */
export async function askSecret(question: string, world: World): Promise<string> {
  if (!world.stdin.isTTY) return readSecret(question, world);
  const given = await typed(question, world, false);
  if (given === '') throw new CommandFailure(`${question}: nothing was typed`, 'Nothing was changed.');
  return given;
}

/** The same twice where a person types it: nobody sees a slip. */
export async function askNewSecret(question: string, world: World): Promise<string> {
  const given = await askSecret(question, world);
  if (!world.stdin.isTTY) return given;
  if ((await typed(`${question}, again`, world, false)) === given) return given;
  throw new CommandFailure('the two are not the same', 'Nothing was changed.');
}

/** Whether a person says yes. Fails where there is no terminal to ask on: `flag` says so beforehand. */
export async function confirm(question: string, flag: string, world: World): Promise<boolean> {
  return (await askOnTerminal(`${question} (yes/no)`, flag, world)).toLowerCase() === 'yes';
}

/** What a person types after a question. Fails where there is no terminal: `flag` is how to answer without one. */
export async function askOnTerminal(question: string, flag: string, world: World): Promise<string> {
  if (!world.stdin.isTTY) {
    throw new CommandFailure(
      'there is no terminal to ask on, and nothing was changed',
      `Say ${flag} to do it.`,
    );
  }
  return (await typed(question, world, true)).trim();
}

async function readSecret(question: string, { stdin }: World): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const octets = Buffer.from(chunk);
    size += octets.length;
    if (size > MOST_SECRET) throw new CommandFailure(`${question}: more than ${MOST_SECRET} bytes on stdin`);
    chunks.push(octets);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new CommandFailure(`${question}: what came on stdin is not UTF-8`);
  }
  const given = text.replace(/\r?\n$/, '');
  if (given !== '') return given;
  throw new CommandFailure(
    `${question}: nothing came on stdin`,
    'Pipe it in (printf %s "$SECRET" | haineko ...), or run the command on a terminal.',
  );
}

/** What keys like the arrows send: no part of a line. */
const ESCAPES = /\x1b(?:\[[0-9;?]*[A-Za-z~]|O[A-Za-z])/g;

/** How long a terminal is read for what was typed before a question, in milliseconds. */
const TYPED_AHEAD = 30;

const interrupted = () => new CommandFailure('interrupted', 'Nothing was changed.');

/** One line from a terminal in raw mode: echoed only where `shown`. Ctrl-C and Ctrl-D end the command. */
function typed(question: string, { stdin, stderr }: World, shown: boolean): Promise<string> {
  // a question is no part of the result, which may go into a file
  const say = (text: string) => void stderr.write(text);
  return new Promise((resolve, reject) => {
    let line = '';
    let asked = false;
    const end = (settle: () => void) => {
      clearTimeout(drained);
      stdin.off('data', onData).off('end', onGone).off('error', onGone);
      restore();
      stdin.pause();
      say('\n');
      settle();
    };
    const onGone = () => end(() => reject(interrupted()));
    const onData = (chunk: Buffer | string) => {
      // what was pasted comes in one piece
      for (const character of chunk.toString().replace(ESCAPES, '')) {
        if (character === '\x03' || character === '\x04') return onGone();
        // an answer to a question that nobody had seen is none: a "yes" meant for another program
        if (!asked) continue;
        if (character === '\r' || character === '\n') return end(() => resolve(line));
        if (character === '\x7f' || character === '\b') {
          if (shown && line !== '') say('\b \b');
          line = [...line].slice(0, -1).join('');
        } else if (character >= ' ') {
          line += character;
          if (shown) say(printable(character));
        }
      }
    };
    const restore = rawMode(stdin, process);
    stdin.setEncoding('utf8');
    stdin.on('data', onData).on('end', onGone).on('error', onGone);
    stdin.resume();
    const drained = setTimeout(() => {
      asked = true;
      say(`${printable(question)}: `);
    }, TYPED_AHEAD);
  });
}
