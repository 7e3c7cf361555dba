/** How a secret is kept in SSM. */
export type Keeping = {
  /** Under which key of KMS. */
  readonly keyOf: (name: string) => string | undefined;
  /** Whether it lies under another one than the call names: then it is laid anew, the same or not. */
  readonly underOtherKey: (name: string) => boolean;
  /** It may be deleted and made anew where it is no SecureString. */
  readonly retype: boolean;
};

/** A rotation is one parameter: it is not stopped in its midst. */
export const LAYING = {
  stopped: () => false,
  note: (line: string) => void (line.startsWith('deleted') && process.stderr.write(`${line}\n`)),
};
