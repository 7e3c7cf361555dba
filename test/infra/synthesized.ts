import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { afterAll } from 'vitest';
import type { HainekoProps } from '../../infra/haineko.ts';
import { HainekoStack } from '../../infra/stack.ts';
import { plain } from './plain.ts';

/** A folder that goes when the file's tests are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'haineko-infra-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An app as infra/app.ts makes one, whose assets are not bundled: what the templates say does not hang on the code. */
export function appIn(folder: string): App {
  return new App({
    outdir: mkdtempSync(join(folder, 'out-')),
    context: { ...flags, 'aws:cdk:bundling-stacks': [] },
  });
}

/** Writes tables into a folder of their own. */
export function tablesIn(folder: string, tables: Readonly<Record<string, string>>): string {
  const config = mkdtempSync(join(folder, 'config-'));
  mkdirSync(config, { recursive: true });
  for (const [name, text] of Object.entries(tables)) writeFileSync(join(config, name), text);
  return config;
}

/** Tables that are right, as little as there may be. */
export const TABLES = {
  'haineko.cf': "hostname: 'relay.neko.test'\n",
  mailertable: "default:\n  mailer: 'AmazonSES'\n",
};

export type Properties = Readonly<Record<string, unknown>>;

/** A stack's template, and what tests ask of it. */
export type Synthesized = {
  readonly template: Template;
  readonly stack: Stack;
  /** The properties of all resources of a type, with ARNs as plain text. */
  of(type: string): Properties[];
  /** The properties of the parameters that are tables. */
  tables(): Properties[];
  /** The logical ids of all resources of a type. */
  ids(type: string): string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** The warnings that `cdk synth` shows. */
  warnings(): string[];
};

/** Synthesizes this repository's stack for a stage. */
export function synthesized(folder: string, props: Partial<HainekoProps> = {}): Synthesized {
  const stack = new HainekoStack(appIn(folder), {
    stage: 'production',
    config: props.tables === 'command' ? 'none' : tablesIn(folder, TABLES),
    ...props,
  });
  return read(stack);
}

export function read(stack: Stack): Synthesized {
  const template = Template.fromStack(stack);
  const found = plain(template.findOutputs('*')) as Record<string, { Value: string }>;
  const of = (type: string) =>
    Object.values(template.findResources(type)).map((each) => plain(each['Properties'] ?? {}) as Properties);
  return {
    template,
    stack,
    of,
    tables: () => of('AWS::SSM::Parameter').filter(({ Name }) => !String(Name).endsWith('/stack')),
    ids: (type) => Object.keys(template.findResources(type)),
    outputs: Object.fromEntries(Object.entries(found).map(([id, { Value }]) => [id, Value])),
    warnings: () =>
      Annotations.fromStack(stack)
        .findWarning('*', Match.anyValue())
        .map(({ entry }) => String(entry.data)),
  };
}
