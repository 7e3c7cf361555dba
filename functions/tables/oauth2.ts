import * as v from 'valibot';
import { url } from './url.ts';
import { text } from './value.ts';

/** How a token is fetched: RFC 6749 6 with a refresh token, 4.4 (client credentials) without one. */
export type OAuth2 = {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly scope?: string | undefined;
};

/** The schema of a credential's `oauth2`. */
export const oauth2Schema = v.pipe(
  v.strictObject({
    tokenUrl: v.pipe(url(), v.description("The authorization server's token endpoint.")),
    clientId: v.pipe(text(), v.description('The client, as it is registered there.')),
    clientSecret: v.pipe(v.optional(text()), v.description('Its secret; a public client has none.')),
    refreshToken: v.pipe(
      v.optional(text()),
      v.description('The refresh token (RFC 6749 6). Without one: client credentials (RFC 6749 4.4).'),
    ),
    scope: v.pipe(
      v.optional(text()),
      v.description('What the token is for; Microsoft wants `https://outlook.office365.com/.default`.'),
    ),
  }),
  v.check(
    ({ clientSecret, refreshToken }) => (clientSecret ?? refreshToken) !== undefined,
    'clientSecret, refreshToken or both',
  ),
);
