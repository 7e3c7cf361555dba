import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';
import { buildSnapshot } from '../../functions/store/snapshot.ts';
import { readDocument } from '../../functions/tables/document.ts';
import { parseHainekoCf } from '../../functions/tables/haineko-cf.ts';
import { routeEntries } from '../../functions/tables/route-keys.ts';

const PAGE = readFileSync(new URL('../../docs/migrate.md', import.meta.url), 'utf8');
const known = (deployed: boolean) => knownFrom(relays, milters, { deployed, machine: 'old.example.jp' });

/** The page's YAML blocks: each begins with `# FOLDER/TABLE`. */
const BLOCKS = [...PAGE.matchAll(/```yaml\n# ([a-z/-]+)\/([a-z.]+)\b.*\n([\s\S]*?)```/g)].map(
  ([, folder = '', table = '', text = '']) => ({ folder, table, text }),
);

/** The rows of the table below a heading: the names in code of the first column, and the second. */
function rowsBelow(heading: string): readonly (readonly [name: string, told: string])[] {
  const [section = ''] = PAGE.split(`\n### ${heading}\n`)[1]?.split('\n### ') ?? [];
  return [...section.matchAll(/^\| (`.*?) \| (.*?) \|/gm)].flatMap(([, names = '', told = '']) =>
    [...names.matchAll(/`([a-z_.]+)`/g)].map(([, name = '']) => [name, told] as const),
  );
}

/** What the original's haineko.cf may hold under each key. */
const OF_0217: Readonly<Record<string, unknown>> = {
  hostname: 'haineko.example.jp',
  max_message_size: 4_194_304,
  max_rcpts_per_message: 0,
  max_workers: 4,
  mailer: { auth: 'authinfo', mail: '/etc/haineko/sendermt', rcpt: 'mailertable' },
  access: { conn: 'relayhosts', rcpt: 'recipients' },
  'milter.conn': { conn: [] },
  'milter.body': { body: ['Nyaa'] },
  'milter.libs': { libs: ['/usr/local/haineko/lib'] },
  syslog: { disabled: 0, facility: 'local2' },
  system: 'Haineko',
  servername: 'old',
  version: '0.2.17',
  auth: 0,
  mech: ['plain', 'cram-md5'],
  method: { get: 1, post: 1 },
  session: { secret: 'haineko-nyanko', expires: 300 },
};

describe('docs/migrate.md', () => {
  test('shows tables in every block of YAML', () => {
    expect(BLOCKS.length).toBe([...PAGE.matchAll(/```yaml/g)].length);
    expect(BLOCKS.length).toBeGreaterThan(0);
  });

  test.each([...new Set(BLOCKS.map(({ folder }) => folder))])(
    'shows tables of %s that can be read',
    async (folder) => {
      const deployed = folder.startsWith('config/');
      const documents: Record<string, unknown> = deployed
        ? { 'haineko.cf': { hostname: 'relay.example.jp' } }
        : {};
      for (const { table, text } of BLOCKS.filter((each) => each.folder === folder))
        documents[table] = await readDocument(table, text);
      expect(() => buildSnapshot(documents, known(deployed), '1')).not.toThrow();
    },
  );

  test.each(rowsBelow('haineko.cf'))('tells of %s in haineko.cf what becomes of it', (key, told) => {
    expect(Object.keys(OF_0217)).toContain(key);
    const [name = key] = key.split('.');
    const read = () => parseHainekoCf({ smtpd: { [name]: OF_0217[key] } }, known(true));
    if (told.startsWith('errors')) expect(read).toThrow(`haineko.cf: ${name}: expected no such key`);
    else {
      expect(told).toMatch(/^taken|^without effect/);
      const defaults = parseHainekoCf({}, known(true));
      if (told.startsWith('without effect')) expect(read()).toEqual(defaults);
      else expect(read).not.toThrow();
    }
  });

  test('leaves no key of haineko.cf out', () => {
    const told = rowsBelow('haineko.cf').map(([key]) => key);
    expect(told.sort()).toEqual(Object.keys(OF_0217).sort());
  });

  test('leaves no key of a route of 0.2.17 out, and names none that there is not', () => {
    const told = rowsBelow('mailertable and sendermt').map(([key]) => key);
    const of0217 = [
      'mailer',
      'host',
      'port',
      'auth',
      'starttls',
      'retry',
      'sleep',
      'timeout',
      'disabled',
      'debug',
    ];
    expect(told).toEqual(of0217);
    expect(Object.keys(routeEntries)).toEqual(expect.arrayContaining(of0217));
  });

  test("haineko.cf is taken with smtpd: around it and the original's marker at its end", async () => {
    const text =
      "smtpd:\n    hostname: 'haineko.example.jp'\n    max_workers: 4\n    milter:\n        libs: []\n---\n";
    const cf = parseHainekoCf(await readDocument('haineko.cf', text), known(true));
    expect(cf).toMatchObject({ hostname: 'haineko.example.jp', max_workers: 4 });
  });

  test.each([
    ['an empty hostname', { hostname: '' }],
    ['max_workers: 0', { max_workers: 0 }],
    ['a milter in Perl', { milter: { rcpt: ['+Check::DDNS'] } }],
  ])('%s is an error, as it says', (_, smtpd) => {
    expect(() => parseHainekoCf({ smtpd }, known(true))).toThrow(/haineko\.cf: /);
  });
});
