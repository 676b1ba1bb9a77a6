/** Characters that take two columns of a terminal: East Asian scripts, their full width forms, pictographs. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Characters that take none: they are put on the one before. */
const MARK = /\p{Mn}/u;

function columnsOf(character: string): number {
  if (MARK.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** A sentence in so many columns at most: its beginning says what it is about. */
export function cutEnd(text: string, columns: number): string {
  const characters = Array.from(text);
  if (sum(characters) <= columns) return text;
  let free = columns - 1; // for the dots
  const end = characters.findIndex((one) => (free -= columnsOf(one)) < 0);
  return `${characters.slice(0, end).join("")}…`;
}

/** A path in so many columns, filled up or cut: of a long one the end tells most. */
export function fitPath(text: string, columns: number): string {
  const characters = Array.from(text);
  let free = columns - sum(characters);
  if (free >= 0) return text + " ".repeat(free);
  let from = 0;
  free -= 1; // for the dots
  while (free < 0) free += columnsOf(characters[from++] ?? "x");
  return `…${characters.slice(from).join("")}${" ".repeat(free)}`;
}

function sum(characters: readonly string[]): number {
  return characters.reduce((width, one) => width + columnsOf(one), 0);
}
