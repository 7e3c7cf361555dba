/** Servers name addresses in what they say, and AWS does so in refusing its own role: only the domain is for the log. */
export function withoutLocalParts(text: string): string {
  return text.replace(/"[^"\n]*"@|[^\s<>()[\],;:"]+/g, (word) => {
    const at = word.lastIndexOf('@');
    // `node_modules/@scope`, in a defect's stack
    return at < 1 || word[at - 1] === '/' ? word : `***${word.slice(at)}`;
  });
}
