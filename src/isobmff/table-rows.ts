import { PackError } from "../errors.js";
import { viewOf } from "./bytes.js";
import { childBox, type ParsedBox } from "./parsed-box.js";

/**
 * The boxes with a row for each sample, chunk or run of samples. Their rows are read from the
 * bytes: lists of JavaScript numbers would take several times the memory and ten times the
 * time.
 */
export const TABLES: ReadonlySet<string> = new Set([
  "stts",
  "ctts",
  "stss",
  "stsc",
  "stsz",
  "stco",
  "co64",
]);

/** Rows of 32-bit words, in the file's form. */
export interface TableRows {
  readonly count: number;
  /** Word `column` of row `row`; both count from 0 and must be in range. */
  readonly word: (row: number, column: number) => number;
}

/** Gives the 32-bit number at a position in the bytes of a parsed box. */
export type ReadWord = (position: number) => number;

/** How many more samples of one size are accepted in a file: they take no bytes of its index. */
export interface TableBudget {
  left: number;
}

/** A day of sound, or 19 hours at 60 fps. */
export const MOST_OF_ONE_SIZE = 2 ** 22;

export function newTableBudget(): TableBudget {
  return { left: MOST_OF_ONE_SIZE };
}

/** The tables of a track, in memory or in the file. */
export interface Tables {
  readonly stbl: ParsedBox;
  readonly readWord: ReadWord;
  /** The budget of the file. */
  readonly budget: TableBudget;
  /** Name of file and track, for messages. */
  readonly where: string;
}

/** Tables whose bytes were read with the moov. */
export function tablesInMemory(stbl: ParsedBox, where: string): Tables {
  const view = viewOf(stbl.bytes);
  const readWord = (position: number) => view.getUint32(position);
  return { stbl, where, readWord, budget: newTableBudget() };
}

/**
 * The rows of a table: a full box with a count, then that many rows.
 * ISO/IEC 14496-12 8.6.1, 8.6.2, 8.7.3 to 8.7.5
 *
 * @param wordsPerRow how many words of 32 bits a row has
 * @param countAt index of the word with the count, after version and flags; rows follow it
 * @returns no rows when there is no such box
 * @throws PackError `input` when the box has fewer bytes than rows
 */
export function tableRows(
  { stbl, readWord, where }: Tables,
  type: string,
  wordsPerRow: number,
  countAt = 0,
): TableRows {
  const table = childBox(stbl, type);
  if (table === undefined) return { count: 0, word: () => 0 };
  const begin = table.start + table.headerSize;
  const first = begin + 8 + 4 * countAt;
  const room = table.start + table.size - first;
  const count = room < 0 ? -1 : readWord(first - 4);
  const width = 4 * wordsPerRow;
  if (count < 0 || count * width > room)
    throw cutOff(where, table, Math.max(0, count));
  return {
    count,
    word: (row, column) => readWord(first + row * width + 4 * column),
  };
}

function cutOff(where: string, table: ParsedBox, count: number): PackError {
  return new PackError(
    "input",
    `${where}: ${table.type} claims ${count} rows and has ${table.size} bytes.`,
    { hint: "The file's index is damaged." },
  );
}
