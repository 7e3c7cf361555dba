import { readFileSync } from 'node:fs';

/** A dialogue and what must come of it. */
export type Scenario = {
  readonly title: string;
  /** Keys of the route, and `body`, `pause`, `mail` for the deliveries. */
  readonly given: Readonly<Record<string, string>>;
  readonly script: string;
  /** One for each delivery: "outcome code dsn COMMAND message". */
  readonly answers: readonly string[];
  /** How many mails the server took. */
  readonly mails: number;
};

/**
 * Reads a file of scenarios: `# title`, then `given: key=value ...`, lines of a script, `=> outcome code dsn COMMAND
 * message` a delivery, `mails: N`. What begins with `//` is a comment.
 */
export function readScenarios(url: URL): Scenario[] {
  return readFileSync(url, 'utf8').split(/^# /m).slice(1).map(parseScenario);
}

function parseScenario(text: string): Scenario {
  const [title = '', ...lines] = text.split('\n');
  const of = (mark: string) =>
    lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length).trim());
  const [mails] = of('mails:');
  if (mails === undefined) throw new Error(`${title}: how many mails?`);
  const given = of('given:').flatMap((each) => each.split(' '));
  return {
    title,
    given: Object.fromEntries(given.map((each) => each.split('=') as [string, string])),
    script: lines.filter((line) => !/^(=>|mails:|given:|\/\/)/.test(line)).join('\n'),
    answers: of('=>'),
    mails: Number(mails),
  };
}

/** A scenario without PIPELINING and with it, where its server says hello in the usual way. */
export function variants(scenario: Scenario): Scenario[] {
  if (!/^@hello/m.test(scenario.script)) return [scenario];
  const script = scenario.script.replace(/^@hello(.*)$/gm, (_all, rest: string) =>
    rest.trim() === '' ? '@hello PIPELINING' : `@hello PIPELINING, ${rest.trim()}`,
  );
  return [scenario, { ...scenario, title: `${scenario.title} (PIPELINING)`, script }];
}
