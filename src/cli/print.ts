/** An object as a line on stdout. */
export function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Writes text for people, with a line end. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
