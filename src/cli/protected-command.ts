/** What surrounds a command that needs a key. */
export interface ProtectedCommand {
  /** Where packages are written. */
  readonly output: string | undefined;
  /** From where films are taken. */
  readonly watched?: string | undefined;
  /** What else is read from standard input, in words. */
  readonly stdin?: string | undefined;
  /** Rejects when the work could not even begin: then no key is made for it. */
  readonly lookFirst?: (() => Promise<void>) | undefined;
  readonly signal: AbortSignal;
}
