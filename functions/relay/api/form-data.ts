/** A part of a form: a text, or a file where it has a file name. Its name, file name and type are words of the API's. */
export type FormPart = {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly filename?: string;
  readonly type?: string;
};

/** A form as multipart/form-data (RFC 7578): the Content-Type, and the octets. */
export function formData(
  parts: readonly FormPart[],
  queueid: string,
): { readonly type: string; readonly body: Buffer } {
  const contents = parts.map(({ content }) => Buffer.from(content));
  const boundary = boundaryOf(queueid, contents);
  const octets = parts.flatMap(({ name, filename, type }, index) => [
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${
        filename === undefined ? '' : `; filename="${filename}"`
      }\r\n${type === undefined ? '' : `content-type: ${type}\r\n`}\r\n`,
    ),
    contents[index] ?? Buffer.alloc(0),
    Buffer.from('\r\n'),
  ]);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...octets, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** RFC 2046 5.1.1: must not appear in a part, or who wrote that part could add others. Made of the queueid, so the same mail has the same. */
function boundaryOf(queueid: string, contents: readonly Buffer[]): string {
  for (let count = 0; ; count += 1) {
    const boundary = `haineko-${queueid}-${count}`;
    if (!contents.some((content) => content.includes(boundary))) return boundary;
  }
}
