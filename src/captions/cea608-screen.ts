import type {
  CaptionScreen,
  Cta608Channel,
  Cta608Parser,
  Row,
  StyledUnicodeChar,
} from "@svta/cml-608";

/** Internal parts of the library that we use. */
interface LibraryInternals {
  readonly logger: { log: () => void };
  readonly channels: readonly (Cta608Channel | null)[];
}

/** Columns of a screen of the library, which has more than the 32 of CTA-608. */
export const COLUMNS = 100;

/**
 * Corrects faults of the library. A row that begins with a colour begins at the first column
 * (CTA-608-E, 4.3), but the library continues after the row's earlier text. When a row is full,
 * a new colour finds no cell and throws. The library also writes to the console what it cannot
 * show, and looks at all cells of two screens for each pair of letters.
 */
export function mendLibrary(
  parser: Cta608Parser,
  newCell: () => StyledUnicodeChar,
  memory: RowMemory,
): void {
  const { logger, channels } = parser as unknown as LibraryInternals;
  logger.log = () => undefined;
  for (const channel of channels) {
    if (channel === null) continue;
    mendScreen(channel.displayedMemory, newCell);
    mendScreen(channel.nonDisplayedMemory, newCell);
    const { displayedMemory, nonDisplayedMemory, lastOutputScreen } = channel;
    for (const { rows } of [
      displayedMemory,
      nonDisplayedMemory,
      lastOutputScreen,
    ])
      for (const row of rows) memory.watch(row);
  }
}

function mendScreen(
  screen: CaptionScreen,
  newCell: () => StyledUnicodeChar,
): void {
  // A tab moves the cursor by at most three.
  for (const { chars } of screen.rows)
    while (chars.length < COLUMNS + 4) chars.push(newCell());
  const setPAC = screen.setPAC.bind(screen);
  screen.setPAC = (data) => {
    if (data.indent === null) screen.rows[data.row - 1]?.setCursor(0);
    setPAC(data);
  };
}

/** Methods of a row that change its cells. */
const CHANGES = [
  ...["moveCursor", "backSpace", "insertChar", "clearFromPos"],
  "setPenStyles",
] as const;

type Methods = Record<string, (value?: unknown) => void>;

/** Stands for the cells of a row, as long as they are the same. */
interface Content<T> {
  isEmpty?: boolean;
  /** What was made of them. */
  made?: T;
}

/** The method that empties a row when it clears from the first column. */
const CLEAR = "clearFromPos";

/**
 * Knows which rows changed, so that only those are compared, copied and read: an hour of roll-up
 * captions has 30,000 screens, of 1,500 cells.
 */
export class RowMemory<T = unknown> {
  readonly #contents = new Map<Row, Content<T>>();
  /** Of all empty rows: a screen has thirteen of them, and each pop-on caption clears them again. */
  readonly #empty: Content<T> = { isEmpty: true };

  /** What `make` made of the row, since it changed. */
  madeOf(row: Row, make: (row: Row) => T): T {
    const content = this.#contentOf(row);
    return (content.made ??= make(row));
  }

  /** Puts itself before the row's methods. */
  watch(row: Row): void {
    const methods = row as unknown as Methods;
    for (const name of CHANGES) {
      const change = methods[name]?.bind(row);
      methods[name] = (value) => {
        if (name === CLEAR && value === 0) return this.#clear(row, change);
        this.#contents.delete(row);
        change?.(value);
      };
    }
    const isEmpty = row.isEmpty.bind(row);
    const equals = row.equals.bind(row);
    const copy = row.copy.bind(row);
    row.isEmpty = () => {
      const content = this.#contentOf(row);
      content.isEmpty ??= isEmpty();
      if (content.isEmpty) this.#contents.set(row, this.#empty);
      return content.isEmpty;
    };
    row.equals = (other) => this.#isSame(row, other) || equals(other);
    row.copy = (other) => {
      if (this.#isSame(row, other)) return;
      copy(other);
      this.#contents.set(row, this.#contentOf(other));
    };
  }

  #clear(row: Row, clear: ((from: number) => void) | undefined): void {
    if (this.#contents.get(row) === this.#empty) return;
    clear?.(0);
    this.#contents.set(row, this.#empty);
  }

  #isSame(row: Row, other: Row): boolean {
    return this.#contentOf(row) === this.#contentOf(other);
  }

  #contentOf(row: Row): Content<T> {
    const known = this.#contents.get(row);
    if (known !== undefined) return known;
    const content: Content<T> = {};
    this.#contents.set(row, content);
    return content;
  }
}
