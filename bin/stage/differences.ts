import { isDeepStrictEqual } from 'node:util';
import { isPrincipal } from '../../functions/tables/principal.ts';

/** What a document becomes, a line a difference: `+` new, `-` gone, `~` other. Of secrets only where they differ. */
export function differences(name: string, before: unknown, after: unknown): readonly string[] {
  if (name.startsWith('authinfo/')) return credentialDifferences(before, after);
  if (name === 'password') return userDifferences(before, after);
  return between('', before ?? {}, after ?? {});
}

function between(path: string, before: unknown, after: unknown): readonly string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isMapping(before) && isMapping(after)) {
    return keysOf(before, after).flatMap((key) => {
      const at = path === '' ? key : `${path}.${key}`;
      if (!(key in before)) return [`+ ${at}: ${shown(after[key])}`];
      if (!(key in after)) return [`- ${at}: ${shown(before[key])}`];
      return between(at, before[key], after[key]);
    });
  }
  if (isListOfScalars(before) && isListOfScalars(after)) {
    const [gone, come] = [
      before.filter((each) => !after.includes(each)),
      after.filter((each) => !before.includes(each)),
    ];
    const lines = [
      ...gone.map((each) => `- ${path}: ${shown(each)}`),
      ...come.map((each) => `+ ${path}: ${shown(each)}`),
    ];
    return lines.length > 0 ? lines : [`~ ${path}: in another order`];
  }
  return [`~ ${path}: ${shown(before)} -> ${shown(after)}`];
}

/** Users by name, their rights in the open; a hash is never shown, only that it is another one. */
function userDifferences(before: unknown, after: unknown): readonly string[] {
  const [old, young] = [isMapping(before) ? before : {}, isMapping(after) ? after : {}];
  return keysOf(old, young).flatMap((user) => {
    if (!(user in old)) return [`+ ${shownUser(user)}`];
    if (!(user in young)) return [`- ${shownUser(user)}`];
    const { password: oldHash, ...oldRights } = entryOf(old[user]);
    const { password: newHash, ...newRights } = entryOf(young[user]);
    return [
      ...(isDeepStrictEqual(oldHash, newHash) ? [] : [`~ ${shownUser(user)}: another password`]),
      ...between(shownUser(user), oldRights, newRights),
    ];
  });
}

/** Which keys of a credential differ, and no value of any. */
function credentialDifferences(before: unknown, after: unknown): readonly string[] {
  if (before === undefined) return ['+ (hidden)'];
  if (after === undefined) return ['- (hidden)'];
  const [old, young] = [isMapping(before) ? before : {}, isMapping(after) ? after : {}];
  return keysOf(old, young)
    .filter((key) => !isDeepStrictEqual(old[key], young[key]))
    .map(
      (key) =>
        `${key in old ? (key in young ? '~' : '-') : '+'} ${CREDENTIAL_KEYS.has(key) ? key : '(a key)'}: (hidden)`,
    );
}

const CREDENTIAL_KEYS = new Set(['username', 'password', 'oauth2', 'domain', 'selector', 'privateKey']);

/** What is no user's name may be a secret whose blank was forgotten. */
function shownUser(user: string): string {
  return /^[^\x00-\x1f\x7f:]{1,128}$/.test(user) || isPrincipal(user) ? user : '(a key)';
}

function entryOf(entry: unknown): Record<string, unknown> {
  return isMapping(entry) ? entry : { password: entry };
}

function keysOf(before: object, after: object): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfScalars(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every((each) => typeof each !== 'object' || each === null);
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > 120 ? `${json.slice(0, 117)}...` : json;
}
