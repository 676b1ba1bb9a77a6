/** Windows, where most Smooth origins run, takes `Film` and `film` for the same name. */
export function nameKey(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
