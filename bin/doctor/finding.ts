import type { DoctorWorld } from './world.ts';

/** How much a finding weighs: an error keeps mail from going, or from being read as honest. */
export type Level = 'ok' | 'note' | 'warning' | 'error';

/** What a check says. */
export type Said = {
  readonly level: Level;
  readonly what: string;
  /** What to do about it. */
  readonly fix?: string;
};

/** What a check says, with its name. */
export type Finding = { readonly check: string } & Said;

/** One thing to look at. What it throws becomes a finding. */
export type Check = {
  readonly name: string;
  /** Without what it reads hardly anything is known of the stage: a missing permission is an error here, else a note. */
  readonly essential?: true;
  look(world: DoctorWorld): Promise<readonly Said[]>;
};

/** Looked at, and nothing to do. */
export const ok = (what: string): Said => ({ level: 'ok', what });

/** Worth knowing; nothing need be wrong. */
export const note = (what: string, fix?: string): Said => said('note', what, fix);

/** It works, and not as well as it could, or not for long. */
export const warn = (what: string, fix?: string): Said => said('warning', what, fix);

/** It does not work. */
export const fail = (what: string, fix?: string): Said => said('error', what, fix);

function said(level: Level, what: string, fix: string | undefined): Said {
  return fix === undefined || fix === '' ? { level, what } : { level, what, fix };
}
