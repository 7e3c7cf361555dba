import { Option } from 'commander';
import type { AwsOptions } from '../command.ts';
import type { Pairs } from './contradictions.ts';

/** Which Haineko is asked, and as whom; as commander reads it. */
export type ApiOptions = AwsOptions & {
  readonly url?: string;
  readonly stage?: string;
  readonly user?: string;
  readonly passwordStdin?: true;
  readonly iam?: true;
  readonly insecure?: true;
};

/** Their declarations, for each command that asks a Haineko. */
export const apiOptions = (): readonly Option[] => [
  new Option('-u, --url <url>', "the API's URL, with or without /submit (also: HAINEKO_URL)"),
  new Option('-s, --stage <stage>', 'a deployed stage: its URL, and a signature where it asks for one'),
  new Option('--user <user>', 'Basic authentication; password: HAINEKO_PASSWORD, or asked for'),
  new Option('--password-stdin', 'the password comes on stdin'),
  new Option(
    '--iam',
    'sign with your keys for AWS (SigV4); by itself with --stage where the API asks for it',
  ),
  new Option('--insecure', 'send a password or signature over http:// to another machine'),
];

/** Those that never stand together. */
export const API_NEVER: Pairs<ApiOptions> = [
  ['url', 'stage'],
  ['user', 'iam'],
];

/** Those that need another. */
export const API_NEEDED: Pairs<ApiOptions> = [['passwordStdin', 'user']];
