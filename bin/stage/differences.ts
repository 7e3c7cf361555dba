import { isDeepStrictEqual } from 'node:util';
import { isUserName } from '../../functions/tables/password.ts';
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
      const at = path === '' ? shownKey(key) : `${path}.${shownKey(key)}`;
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
    const [before, after] = [entryOf(old[user]), entryOf(young[user])];
    const others = keysOf(before, after).filter((key) => !OPEN_RIGHTS.has(key) && key !== 'password');
    const odd = others.filter((key) => !isDeepStrictEqual(before[key], after[key]));
    return [
      ...(isDeepStrictEqual(before['password'], after['password'])
        ? []
        : [`~ ${shownUser(user)}: another password`]),
      ...between(shownUser(user), rightsOf(before), rightsOf(after)),
      ...odd.map((key) => `${sign(key, before, after)} ${shownUser(user)}.(a key): (hidden)`),
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
    .map((key) => `${sign(key, old, young)} ${CREDENTIAL_KEYS.has(key) ? key : '(a key)'}: (hidden)`);
}

const CREDENTIAL_KEYS = new Set(['username', 'password', 'oauth2', 'domain', 'selector', 'privateKey']);

/** The keys of a user that hold no secret. Any other may be `password`, misspelt. */
const OPEN_RIGHTS = new Set(['senders', 'admin']);

function rightsOf(entry: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => OPEN_RIGHTS.has(key)));
}

/** What is no user's name may be a secret whose blank was forgotten; a hash, or a piece of one, may stand in its place. */
function shownUser(user: string): string {
  if (isPrincipal(user)) return user;
  return isUserName(user) && !LIKE_A_HASH.test(user) ? shownKey(user) : '(a key)';
}

/** `{SSHA}...`, `{scrypt}...`, `$2y$...`; Base64 or hexadecimal of 28 characters and more: SHA-1 and what is longer. */
const LIKE_A_HASH = /[{}$]|^[A-Za-z0-9+/]{27,}={0,2}$/;

function sign(key: string, before: object, after: object): '+' | '-' | '~' {
  if (!(key in before)) return '+';
  return key in after ? '~' : '-';
}

/** A key as it is; as JSON where a line end in it would pass for the end of the line. */
function shownKey(key: string): string {
  return /[\x00-\x1f]/.test(key) ? JSON.stringify(key) : key;
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
