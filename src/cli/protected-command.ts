/** What surrounds a command that needs a key. */
export interface ProtectedCommand {
  /** Where packages are written. */
  readonly output: string | undefined;
  /** From where films are taken. */
  readonly watched?: string | undefined;
  /** What else is read from standard input, in words. */
  readonly stdin?: string | undefined;
  readonly signal: AbortSignal;
}
