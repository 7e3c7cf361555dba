import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commands } from '../../bin/commands/index.ts';
import { PAGES, readPage } from '../../bin/docs/pages.ts';
import { TABLE_EXAMPLES } from '../../bin/docs/table-examples.ts';
import { program } from '../../bin/program.ts';
import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';
import { buildSnapshot } from '../../functions/store/snapshot.ts';
import { readDocument } from '../../functions/tables/document.ts';

describe('docs are what the schemas say', () => {
  test.each(PAGES.map((page) => [page.path, page] as const))('%s', (_, page) => {
    const now = readPage(page);
    expect(page.print(now), 'stale: run `npm run docs`').toBe(now);
  });

  test('the examples of the tables can be deployed', async () => {
    const documents: Record<string, unknown> = {};
    for (const [name, text] of Object.entries(TABLE_EXAMPLES)) {
      documents[name] = await readDocument(name, text);
    }
    const known = knownFrom(relays, milters, { deployed: true, machine: 'localhost' });
    expect(() => buildSnapshot(documents, known, '1')).not.toThrow();
  });

  test.each(relays.map((relay) => [relay.name, relay] as const))(
    'the example of %s can be taken as it is',
    (name, { example, local }) => {
      const known = knownFrom(relays, milters, { deployed: !local, machine: 'localhost' });
      const documents = {
        'haineko.cf': { hostname: 'relay.example.jp' },
        mailertable: { default: example.route },
        authinfo: example.authinfo ?? {},
      };
      const { tables, credentials } = buildSnapshot(documents, known, '1');
      const route = tables.mailertable.get('default');
      expect(route?.mailer).toBe(name);
      expect([...credentials.keys()]).toEqual(route?.auth === undefined ? [] : [route.auth]);
    },
  );
});

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const filesIn = (folder: string, ending: string) =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

describe('docs say of the command what it takes', () => {
  const line = program(commands, async () => {});
  const CALL = /\bhaineko ([a-z]+)\b([^`\n|#]*)/g;
  /** The calls in code: within a line, and in lines of their own. */
  const callsIn = (page: string) =>
    [...read(page).matchAll(/`([^`\n]+)`|^ {4}(.+)$/gm)]
      .flatMap(([, within, own]) => [...(within ?? own ?? '').matchAll(CALL)])
      .map(([call, name = '', rest = '']) => ({ call, name, options: rest.match(/(?<= )--[a-z-]+/g) ?? [] }));

  test.each(['README.md', ...filesIn('docs', '.md')])('%s', (page) => {
    for (const { call, name, options } of callsIn(page)) {
      const command = line.commands.find((each) => each.name() === name);
      expect(command, `${page}: ${call}`).toBeDefined();
      const known = command?.options.map((each) => each.long);
      for (const option of options) expect(known, `${page}: ${call}`).toContain(option);
    }
  });

  test('every action of AWS that bin/ asks for is in the policy, and told of a command', () => {
    const actions = filesIn('bin', '.ts').flatMap((path) => {
      const text = read(path);
      const service = text.includes('@aws-sdk/client-sesv2') ? 'ses' : 'ssm';
      const named = [...text.matchAll(/\bnew (?:sdk\.)?([A-Z]\w+)Command\(|\bpaginate([A-Z]\w+)\(/g)];
      return named.map(([, command, paged]) => `${service}:${command ?? paged}`);
    });
    expect(actions).toEqual(expect.arrayContaining(['ssm:PutParameter', 'ses:GetAccount']));
    const [, policy = ''] =
      /## The command's permissions[\s\S]*?```json\n([\s\S]*?)```/.exec(read('docs/security.md')) ?? [];
    const { Statement } = JSON.parse(policy) as { Statement: { Action: string | string[] }[] };
    const permitted = Statement.flatMap(({ Action }) => Action);
    const told = read('docs/command.md');
    for (const action of [...actions, 'ssm:GetParameters']) {
      expect(permitted).toContain(action);
      expect(told).toContain(`\`${action}\``);
    }
  });
});
