import stringWidth from "string-width";

/** The columns of a terminal that a text takes: East Asian scripts and pictographs take two, combining marks none. */
export function columns(text: string): number {
  return stringWidth(text);
}

/** A text padded to this many columns. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}

/** The columns of the terminal; in a file or a pipe, lines may be of any length. */
export function terminalColumns(): number {
  return process.stdout.columns || process.stderr.columns || Infinity;
}

/** A line in two parts. The second goes below, where the line is wider than this many columns. */
export function inOneOrTwo(start: string, end: string, width: number): string {
  const line = `${start} ${end}`;
  return columns(line) <= width ? line : `${start}\n${" ".repeat(12)}${end}`;
}

/** A sentence cut to this many columns: its start is the important part. */
export function cutEnd(text: string, width: number): string {
  if (columns(text) <= width) return text;
  const characters = charactersOf(text);
  let free = width - 1; // for the dots
  const end = characters.findIndex((one) => (free -= columns(one)) < 0);
  return `${characters.slice(0, end).join("")}…`;
}

/** A path cut or padded to this many columns. */
export function fitPath(text: string, width: number): string {
  return padEnd(shortened(text, width), width);
}

/** A path cut to this many columns: the end of a long path is its most useful part. */
export function shortened(text: string, width: number): string {
  if (columns(text) <= width) return text;
  const characters = charactersOf(text);
  let free = width - 1 - columns(text); // less one for the dots
  let from = 0;
  while (free < 0) free += columns(characters[from++] ?? "x");
  return `…${characters.slice(from).join("")}`;
}

/** What people see as one character: a letter with its marks, a family of pictographs. */
function charactersOf(text: string): string[] {
  return Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
}

const SEGMENTER = new Intl.Segmenter("en");
