import { viewOf } from "./bytes.js";
import type { ParsedBox } from "./parsed-box.js";

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
