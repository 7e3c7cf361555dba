/** Base64 of user and token, as the server takes it (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol). */
export function xoauth2Response(user: string, token: string): string {
  return Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`).toString('base64');
}
