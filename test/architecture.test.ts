import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A file imports from its own layer or from those left of it. Entries and bin/ put everything together. */
const LAYERS = [
  'mail',
  'smtp',
  'tables',
  'milter',
  'session',
  'route',
  'relay',
  'store',
  'journal',
  'app',
  'entry',
  'bin',
];
/** What infra/ may know of the core: how tables are read and laid, the registries' declarations, the metrics' names, what an origin is. */
const INFRA_MAY =
  /^functions\/(?:tables\/|milter\/index|relay\/index|app\/(?:known|metrics|origins)|store\/cut-into-shards)/;

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(ROOT, path)).isDirectory()) return filesBelow(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const isInfra = (path: string) => path.startsWith('infra/');

function importsOf(path: string): string[] {
  return [...read(path).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) =>
    relative('.', normalize(join(dirname(path), target))),
  );
}

function layerOf(path: string): string {
  if (path.startsWith('bin/')) return 'bin';
  return /^functions\/([^/]+)\//.exec(path)?.[1] ?? 'entry';
}

const core = [...filesBelow('functions'), ...filesBelow('bin')];

describe('the architecture', () => {
  test('has files in the layers that it names, and no others', () => {
    expect(core.length).toBeGreaterThan(60);
    expect([...new Set(core.map(layerOf))].sort()).toEqual([...LAYERS].sort());
  });

  test('has imports that point one way', () => {
    const backwards = core.flatMap((path) =>
      importsOf(path)
        .filter((target) => LAYERS.indexOf(layerOf(target)) > LAYERS.indexOf(layerOf(path)))
        .map((target) => `${path} -> ${target}`),
    );
    expect(backwards).toEqual([]);
  });

  test('has no import of something that is not there, and none from test/', () => {
    const known = new Set([...core, ...filesBelow('infra')]);
    const stray = core.flatMap((path) =>
      importsOf(path)
        .filter((target) => !known.has(target))
        .map((target) => `${path} -> ${target}`),
    );
    expect(
      stray.filter(
        (each) => !each.endsWith('.json') && !/bin\/.*-> test\/recorded\/deviations\.ts$/.test(each),
      ),
    ).toEqual([]);
  });

  test('keeps the CDK out of the command: what bin/ takes of infra/ loads none of it', () => {
    const reached = new Set<string>();
    const visit = (path: string) => {
      if (reached.has(path) || path.endsWith('.json')) return;
      reached.add(path);
      importsOf(path).forEach(visit);
    };
    for (const path of filesBelow('bin')) visit(path);
    const built = [...reached].filter((path) => path.startsWith('infra/'));
    expect(built).toContain('infra/stage.ts');
    expect(built.filter((path) => /from '(?:aws-cdk-lib|constructs)/.test(read(path)))).toEqual([]);
    expect(core.filter((path) => !path.startsWith('bin/') && importsOf(path).some(isInfra))).toEqual([]);
  });

  test('keeps infra/ apart from the core', () => {
    const outside = filesBelow('infra').flatMap((path) =>
      importsOf(path)
        .filter((target) => !target.startsWith('infra/') && !INFRA_MAY.test(target))
        .map((target) => `${path} -> ${target}`),
    );
    expect(outside).toEqual([]);
  });

  test('has small files with names that say something', () => {
    const all = [...core, ...filesBelow('infra')];
    const lines = (path: string) => readFileSync(join(ROOT, path), 'utf8').split('\n').length;
    expect(all.filter((path) => lines(path) > 300)).toEqual([]);
    const sorted = all.map(lines).sort((one, other) => one - other);
    expect(sorted[sorted.length >> 1]).toBeLessThanOrEqual(90);
    expect(
      all.filter((path) => /(?:^|\/)(?:utils?|helpers?|misc|common|manager)(?:\.|\/)/i.test(path)),
    ).toEqual([]);
  });

  test('reads the environment in entries alone, and never uses fetch or Request of the web', () => {
    const allowed = /^functions\/[^/]+\.ts$|^bin\/|^functions\/store\/(?:ssm-client|lambda-credentials)\.ts$/;
    const reaching = core.filter(
      (path) =>
        !allowed.test(path) &&
        /process\.env|\bfetch\(|new Request\(/.test(readFileSync(join(ROOT, path), 'utf8')),
    );
    expect(reaching).toEqual([]);
  });
});
