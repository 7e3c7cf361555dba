/** Which of the two secrets: that of before a rotation, or the new one. */
export type Secret = 'old' | 'new';

/** Both, as a client gives them. */
export type Secrets = Readonly<Record<Secret, string>>;

/** Somebody gave a secret; over SMTP once a connection, to an API with each mail. */
export type Login = { readonly with: Secret | 'none of them'; readonly taken: boolean; readonly at: number };

/** A mail that was accepted, by the connection that it came on and the secret by which that got in. */
export type Mail = {
  readonly mark: string;
  readonly with: Secret;
  readonly connection: string;
  readonly at: number;
};

/** A server that lets in who has a secret, and keeps a log of its own: what it holds is not known from any answer. */
export type Server = {
  readonly port: number;
  readonly logins: readonly Login[];
  readonly mails: readonly Mail[];
  /** From now on it takes these secrets and no others. */
  take(secrets: readonly Secret[]): void;
  stop(): Promise<void>;
};

/** Which secret a text is. */
export function secretIn(text: string | null | undefined, secrets: Secrets): Login['with'] {
  if (text === secrets.old) return 'old';
  return text === secrets.new ? 'new' : 'none of them';
}

/** The mark that a mail has in its subject. */
export function markIn(subject: string): string {
  return /\[([\w-]+)\]/.exec(subject)?.[1] ?? 'unmarked';
}
