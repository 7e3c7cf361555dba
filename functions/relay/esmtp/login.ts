import type { Credential } from '../../tables/authinfo.ts';
import { held } from '../own-answers.ts';
import type { Answer } from '../relay.ts';
import { chooseMechanism, type Mechanism, mechanismForToken, type Privacy } from './mechanism.ts';

/** The mechanism that a credential logs in by, among those that a server offers; or why nothing is sent. */
export function loginWith(
  { name, oauth2 }: Credential,
  offered: ReadonlySet<string>,
  privacy: Privacy,
): { readonly mechanism: Mechanism } | Answer {
  const choice = (oauth2 ? mechanismForToken : chooseMechanism)(offered, privacy);
  return 'why' in choice ? held('AUTH', '4.7.0', `Cannot use credential '${name}': ${choice.why}`) : choice;
}

/** A credential that no mechanism takes, whatever the server offers: it has no user. */
export function nameless(credential: Credential | undefined): Answer | undefined {
  if (credential?.username !== '') return undefined;
  return held('AUTH', '4.7.0', `Credential '${credential.name}' has no username`);
}
