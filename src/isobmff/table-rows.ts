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

/**
 * A trun read from its bytes. As mp4box's lists of numbers, the rows of a film's fragments take
 * several times as long. ISO/IEC 14496-12 8.8.8
 */
export interface TrunRows {
  readonly flags: number;
  readonly count: number;
  /** undefined when the trun has none. */
  readonly dataOffset: number | undefined;
  readonly firstSampleFlags: number | undefined;
  /** Do samples have rows? If not, all of them are alike, and the count may claim anything. */
  readonly hasRows: boolean;
  /** Fields of sample `i`; undefined where the default applies. */
  duration(i: number): number | undefined;
  size(i: number): number | undefined;
  sampleFlags(i: number): number | undefined;
  /** Signed in version 0 too, as every player reads it. */
  compositionOffset(i: number): number | undefined;
}

/** Box types to leave to {@link trunRows} when a moof is parsed. */
export const TRUN: ReadonlySet<string> = new Set(["trun"]);

/** tr_flags. ISO/IEC 14496-12 8.8.8.1 */
const FLAGS = {
  dataOffset: 0x000001,
  firstSampleFlags: 0x000004,
  duration: 0x000100,
  size: 0x000200,
  sampleFlags: 0x000400,
  compositionOffset: 0x000800,
} as const;

/** @throws Error in one line when the box has too few bytes for its rows */
export function trunRows(trun: ParsedBox): TrunRows {
  const view = viewOf(
    trun.bytes.subarray(trun.start + 8, trun.start + trun.size),
  );
  if (view.byteLength < 8) throw new Error("trun without its count");
  const flags = view.getUint32(0) & 0xffffff;
  const count = view.getUint32(4);
  let at = 8;
  const word = (flag: number) => {
    if ((flags & flag) === 0) return undefined;
    at += 4;
    return at > view.byteLength ? undefined : view.getUint32(at - 4);
  };
  const dataOffset = word(FLAGS.dataOffset);
  const firstSampleFlags = word(FLAGS.firstSampleFlags);
  const columns = [
    FLAGS.duration,
    FLAGS.size,
    FLAGS.sampleFlags,
    FLAGS.compositionOffset,
  ].filter((flag) => (flags & flag) !== 0);
  const width = 4 * columns.length;
  const first = at;
  if (first + count * width !== view.byteLength) {
    throw new Error(
      `trun claims ${count} samples of ${width} bytes each and has ${view.byteLength - first} for them`,
    );
  }
  const column = (flag: number) => {
    const index = columns.findIndex((each) => each === flag);
    return (i: number) =>
      index < 0 ? undefined : view.getUint32(first + i * width + 4 * index);
  };
  const offset = column(FLAGS.compositionOffset);
  const signed = (value: number | undefined) =>
    value === undefined ? undefined : value | 0;
  return {
    flags,
    count,
    dataOffset: signed(dataOffset),
    firstSampleFlags,
    hasRows: width > 0,
    duration: column(FLAGS.duration),
    size: column(FLAGS.size),
    sampleFlags: column(FLAGS.sampleFlags),
    compositionOffset: (i) => signed(offset(i)),
  };
}
