import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { knownFrom } from '../functions/app/known.ts';
import { milters } from '../functions/milter/index.ts';
import { relays } from '../functions/relay/index.ts';
import { fileSource } from '../functions/store/files.ts';
import { ConfigError } from '../functions/tables/config-error.ts';

const FOLDER = fileURLToPath(new URL('bad-config', import.meta.url));
// an error that lists them all must not change with each that is added
const SOME = new Set([
  'ESMTP',
  'MX',
  'AmazonSES',
  'SendGrid',
  'Postmark',
  'File',
  'Screen',
  'Discard',
  'Example',
  'Nyaa',
]);
const known = knownFrom(
  relays.filter(({ name }) => SOME.has(name)),
  milters.filter(({ name }) => SOME.has(name)),
  { deployed: false, machine: 'relay.example.jp' },
);

// A folder a mistake: the tables that have it, and in `expected` the lines that an operator is told.
test.each(readdirSync(FOLDER))(
  '%s is told by table, key, what was expected and what stands there',
  async (name) => {
    const source = fileSource(join(FOLDER, name), known);
    const error: unknown = await source.tables().catch((each: unknown) => each);
    source.close();
    expect(error).toBeInstanceOf(ConfigError);
    expect(`${(error as ConfigError).message}\n`).toBe(readFileSync(join(FOLDER, name, 'expected'), 'utf8'));
  },
);
