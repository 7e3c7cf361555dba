/** Where we answer otherwise than Haineko 0.2.17, on purpose: the reason, and the recordings that show it, as "group: name". */
export const DEVIATIONS: readonly { readonly reason: string; readonly recordings: readonly string[] }[] = [];
