/** One thing that a scripted server does. */
export type Step =
  | { readonly do: 'say'; readonly text: string; readonly half: boolean }
  | { readonly do: 'expect'; readonly pattern: string }
  | { readonly do: 'mail'; readonly octets: number | undefined }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'accepted' | 'close' | 'reset' | 'hang' | 'stall' | 'flood' | 'endless' };

/** What a server does on its first connection, its second, ... */
export type Script = readonly (readonly Step[])[];

const MACROS: Readonly<Record<string, (argument: string) => string>> = {
  hello: (extensions) =>
    [
      'S: 220 mx.test ESMTP',
      'C: EHLO haineko.test',
      ...['mx.test', ...extensions.split(',').map((each) => each.trim())]
        .filter((each) => each !== '')
        .map((each, index, all) => `S: 250${index === all.length - 1 ? ' ' : '-'}${each}`),
    ].join('\n'),
  envelope: () => 'C: MAIL FROM:<*\nS: 250 2.1.0 Ok\nC: RCPT TO:<*\nS: 250 2.1.5 Ok',
  data: () => 'C: DATA\nS: 354 Go ahead',
};

/**
 * Reads a script: `S: ` the server says a line, `S. ` a text without a line end, `C: ` a line of the client must match
 * (`*` stands for anything), `-- mail` reads a mail to its final dot (`-- mail 1000` only so many octets of it),
 * `-- accepted` counts it as taken without saying so, `-- close`, `-- reset`, `-- hang`, `-- wait 50` (ms), `-- flood`
 * (a line without an end), `-- endless` (a reply without an end), `-- stall` (reads no more), `-- connection` (what follows is the next one's);
 * `@hello SIZE 10, DSN`, `@envelope` and `@data` stand for the usual lines.
 */
export function parseScript(text: string): Script {
  const expanded = text.replace(/^@(\w+) *(.*)$/gm, (_all, name: string, argument: string) => {
    const macro = MACROS[name];
    if (!macro) throw new Error(`no macro @${name}`);
    return macro(argument);
  });
  const script: Step[][] = [[]];
  for (const line of expanded.split('\n')) {
    if (line.trim() === '') continue;
    if (line === '-- connection') script.push([]);
    else script.at(-1)?.push(parseStep(line));
  }
  return script;
}

function parseStep(line: string): Step {
  const [, mark, rest = ''] = /^(S:|S\.|C:|--)(?: (.*))?$/.exec(line) ?? [];
  const text = rest.replaceAll('\\r\\n', '\r\n');
  if (mark === 'S:') return { do: 'say', text: `${text}\r\n`, half: false };
  if (mark === 'S.') return { do: 'say', text, half: true };
  if (mark === 'C:') return { do: 'expect', pattern: rest };
  const [word, number] = rest.split(' ');
  switch (mark && word) {
    case 'mail':
      return { do: 'mail', octets: number === undefined ? undefined : Number(number) };
    case 'wait':
      return { do: 'wait', ms: Number(number) };
    case 'accepted':
    case 'close':
    case 'reset':
    case 'hang':
    case 'stall':
    case 'flood':
    case 'endless':
      return { do: word as 'close' };
    default:
      throw new Error(`not a line of a script: ${line}`);
  }
}
