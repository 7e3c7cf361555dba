import type { Credential } from '../../tables/authinfo.ts';
import { held } from '../own-answers.ts';
import type { Answer } from '../relay.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html; the shortest that AWS gives has 16. */
const ACCESS_KEY = /^\w{1,128}$/;

/** Whether it is an access key's ID. */
export function isAccessKeyId(text: string): boolean {
  return ACCESS_KEY.test(text);
}

/** Why a credential is no access key; undefined where it is one, and where there is none. */
export function noAccessKey(credential: Credential | undefined): Answer | undefined {
  if (!credential || isAccessKeyId(credential.username)) return undefined;
  return held('AUTH', '4.3.5', `Credential '${credential.name}': its username is no access key ID`);
}
