let told: { readonly second: number; readonly text: string } | undefined;

/** The date-time of RFC 5322 3.3, always in UTC: "Sun, 22 Nov 2026 10:20:39 +0000". Written once a second. */
export function rfc5322Date(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (told?.second !== second) {
    // ECMA-262 fixes the form of toUTCString; only its "GMT" is obsolete in mail (RFC 5322 4.3).
    told = { second, text: new Date(second * 1000).toUTCString().replace('GMT', '+0000') };
  }
  return told.text;
}
