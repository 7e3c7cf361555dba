// C0 but for tab and line end, DEL, C1; line and paragraph separators; what turns the direction of a text (UAX #9)
const STEERING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/** A text from elsewhere (a server, a table) as a terminal may show it: what it says never steers the terminal. */
export function printable(text: string): string {
  return text.replace(STEERING, ' ');
}

/** A value as JSON that a terminal may show: what would steer it is escaped, so that nothing of the value is lost. */
export function printableJson(value: unknown): string {
  // a line end of JSON.stringify's own is no part of a text
  return JSON.stringify(value, null, 2).replace(STEERING, (found) =>
    [...found].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  );
}
