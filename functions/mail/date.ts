/** The date-time of RFC 5322 3.3, always in UTC: "Sun, 22 Nov 2026 10:20:39 +0000". */
export function rfc5322Date(ms: number): string {
  // ECMA-262 fixes the form of toUTCString; only its "GMT" is obsolete in mail (RFC 5322 4.3).
  return new Date(ms).toUTCString().replace('GMT', '+0000');
}
