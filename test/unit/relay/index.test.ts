import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { mailers, relays } from '../../../functions/relay/index.ts';

const folder = new URL('../../../functions/relay/', import.meta.url);

describe('the registry of mailers', () => {
  test('mailers has each relay once, by its name', () => {
    expect([...mailers.keys()]).toEqual(relays.map(({ name }) => name));
    expect(mailers.size).toBe(relays.length);
  });

  test('each mailer and each of its options describes itself', () => {
    for (const relay of relays) {
      expect(relay.name).toMatch(/^[A-Z][A-Za-z0-9]+$/);
      expect(relay.description).not.toBe('');
      for (const [key, schema] of Object.entries(relay.options)) {
        expect(key).toMatch(/^[a-z_]+$/);
        expect(v.getDescription(schema as v.GenericSchema)).toBeTruthy();
      }
    }
  });

  test('no declaration loads nodemailer: what speaks SMTP is imported when the first mail goes', () => {
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.ts'))) {
      const imports = readFileSync(new URL(name, folder), 'utf8').match(/^import .*from '.*'/gm) ?? [];
      for (const line of imports.filter((each) => !each.includes("'./esmtp/kept.ts'"))) {
        expect(`${name}: ${line}`).not.toMatch(/nodemailer|\/esmtp\//);
      }
    }
  });
});
