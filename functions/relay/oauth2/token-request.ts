import type { OAuth2 } from '../../tables/oauth2.ts';
import type { ApiRequest } from '../api/exchange.ts';

/** The request for an access token: with a refresh token (RFC 6749 6), without one as the client itself (4.4). */
export function tokenRequest({
  tokenUrl,
  clientId,
  clientSecret,
  refreshToken,
  scope,
}: OAuth2): ApiRequest & { readonly body: Uint8Array } {
  const form = new URLSearchParams({
    grant_type: refreshToken === undefined ? 'client_credentials' : 'refresh_token',
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    // RFC 6749 2.3.1: in the body, where Google and Microsoft document it, and where a public client has its name too.
    // Never in both places: "must not use more than one authentication method" (2.3)
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
    ...(scope !== undefined && { scope }),
  });
  return {
    url: tokenUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: Buffer.from(form.toString()),
  };
}
