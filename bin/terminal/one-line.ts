/** A text from elsewhere as a part of one line, cut short: what it says never looks like lines of our own. */
export function oneLine(text: string, most = 500): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').slice(0, most);
}
