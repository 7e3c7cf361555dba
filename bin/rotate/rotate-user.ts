import { CommandFailure, type Done } from '../command.ts';
import { belongsToStack, stackToHeed } from '../stage/owner.ts';
import type { Stored } from '../stage/parameters.ts';
import { askNewSecret } from '../terminal/ask.ts';
import { layUser, newEntry, withHash } from './new-user.ts';
import { hashBefore } from './roll-back.ts';
import { backTo, laid, refuseChangedMeanwhile, type Scene } from './scene.ts';

/** Gives a user a new password, or the one before; the rights stay, but for what the call says. */
export async function rotateUser(
  scene: Scene,
  users: Readonly<Record<string, unknown>>,
  options: { readonly rollback?: true; readonly sender?: readonly string[]; readonly admin?: true },
): Promise<Done> {
  const { name, parameters, stored, world } = scene;
  const before = users[name];
  const notes: string[] = [];
  let entry: unknown;
  if (options.rollback) {
    const past = await hashBefore(name, before, parameters, stored);
    notes.push(backTo(past));
    entry = withHash(before, past.hash);
  } else {
    const rights = {
      ...(options.sender !== undefined && { senders: options.sender }),
      ...(options.admin !== undefined && { admin: options.admin }),
    };
    entry = await newEntry(before, await askNewSecret(`New password of ${name}`, world), rights);
  }
  await refuseChangedMeanwhile(scene, 'password');
  const version = await layUser(scene, users, entry);
  return laid(scene, 'user', version, true, notes);
}

/** In a stage whose API checks signatures, users are IAM principals, which the stack lays and which have no password. */
export function refuseUsersOfIam(stored: ReadonlyMap<string, Stored>): void {
  const record = stackToHeed(stored);
  const password = stored.get('password');
  const laidByStack = password !== undefined && belongsToStack(record, password);
  if (record?.authorization !== 'iam' && !laidByStack) return;
  throw new CommandFailure(
    "the stage has authorization: 'iam': its users are IAM principals, and have no password",
    "Name them in config/<stage>/password by their ARNs, and npx cdk deploy (with tables: 'command': haineko push).",
  );
}
