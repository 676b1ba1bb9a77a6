import { readingError, PackError } from "../errors.js";
import { TFXD_UUID } from "./boxes/fragment.js";
import {
  childBox,
  childBoxes,
  numberField,
  type ParsedBox,
  tfdtTime,
  tfxdTime,
} from "./parsed-box.js";
import { trunRows, type TrunRows } from "./table-rows.js";

/** Consecutive samples of a track in a fragment: a trun with its defaults. */
export interface FragmentRun {
  readonly trackId: number;
  /** Position of its moof in the file; undefined when it continues the run before it in its traf. */
  readonly moof: number | undefined;
  /** When its first sample is presented, by a tfxd. */
  readonly presented: bigint | undefined;
  /** When its first sample is decoded, by a tfdt. */
  readonly decoded: bigint | undefined;
  /** Byte position of the first sample in the file. */
  readonly offset: number;
  readonly size: Uint32Array;
  readonly duration: Uint32Array;
  readonly compositionOffset: Int32Array;
  readonly sync: Uint8Array;
}

/** Defaults of a track, from trex or tfhd. ISO/IEC 14496-12 8.8.3, 8.8.7 */
export interface SampleDefaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/** The trex defaults of each track. ISO/IEC 14496-12 8.8.3 */
export function trackDefaults(moov: ParsedBox): Map<number, SampleDefaults> {
  const mvex = childBox(moov, "mvex");
  const rows = (mvex ? childBoxes(mvex, "trex") : []).map(
    (trex): [number, SampleDefaults] => [
      numberField(trex, "track_id"),
      {
        duration: numberField(trex, "default_sample_duration"),
        size: numberField(trex, "default_sample_size"),
        flags: numberField(trex, "default_sample_flags"),
      },
    ],
  );
  return new Map(rows);
}

/** tf_flags. ISO/IEC 14496-12 8.8.7.1 */
const TFHD = {
  baseDataOffset: 0x000001,
  duration: 0x000008,
  size: 0x000010,
  flags: 0x000020,
  baseIsMoof: 0x020000,
} as const;

export const NO_DEFAULTS: SampleDefaults = { duration: 0, size: 0, flags: 0 };

/** How many more samples without a row of their own are accepted in a file. */
export interface RowBudget {
  left: number;
}

/** Samples without rows are all alike, so their count may claim anything: six hours of sound are accepted. */
export function newBudget(): RowBudget {
  return { left: 2 ** 20 };
}

/**
 * The runs of a moof. ISO/IEC 14496-12 8.8.4 to 8.8.8
 *
 * @param moofStart position of the moof in its file
 * @param budget of the file
 * @throws PackError `input` when a traf lacks a needed field
 */
export function runsOfFragment(
  moof: ParsedBox,
  moofStart: number,
  defaults: ReadonlyMap<number, SampleDefaults>,
  budget: RowBudget,
  where: string,
): FragmentRun[] {
  const runs: FragmentRun[] = [];
  let end = moofStart;
  for (const [i, traf] of childBoxes(moof, "traf").entries()) {
    const tfhd = childBox(traf, "tfhd");
    if (tfhd === undefined)
      throw damaged(where, `traf at ${moofStart} has no tfhd`);
    const trackId = numberField(tfhd, "track_id");
    const flags = numberField(tfhd, "flags");
    const own = trafDefaults(tfhd, flags, defaults.get(trackId) ?? NO_DEFAULTS);
    const isMoof = i === 0 || (flags & TFHD.baseIsMoof) !== 0;
    const base =
      flags & TFHD.baseDataOffset
        ? numberField(tfhd, "base_data_offset")
        : isMoof
          ? moofStart
          : end;
    end = base;
    let runBegin: RunBegin = { moof: moofStart, ...timesOf(traf, where) };
    for (const trun of childBoxes(traf, "trun")) {
      const rows = rowsOf(trun, budget, where);
      const run = readTrun(rows, own, { trackId, ...runBegin, base, end });
      runs.push(run);
      runBegin = GOES_ON;
      end = run.offset + run.size.reduce((sum, size) => sum + size, 0);
    }
  }
  return runs;
}

/** Of a traf: its tfhd stands before the trex. */
export function trafDefaults(
  tfhd: ParsedBox,
  flags: number,
  track: SampleDefaults,
): SampleDefaults {
  const own = (flag: number, name: string, otherwise: number) =>
    flags & flag ? numberField(tfhd, name) : otherwise;
  return {
    duration: own(TFHD.duration, "default_sample_duration", track.duration),
    size: own(TFHD.size, "default_sample_size", track.size),
    flags: own(TFHD.flags, "default_sample_flags", track.flags),
  };
}

const TFXD = TFXD_UUID.replaceAll("-", "");

type RunBegin = Pick<FragmentRun, "moof" | "presented" | "decoded">;

const GOES_ON: RunBegin = {
  moof: undefined,
  presented: undefined,
  decoded: undefined,
};

/**
 * Reads tfxd and tfdt. A tfxd may be below 0: ffmpeg counts the lead-in of AAC that way. Live
 * encoders count from 1601 or 1970, and a double cannot hold their times. ISO/IEC 14496-12
 * 8.8.12, MS-SSTR 2.2.4.4
 */
function timesOf(
  traf: ParsedBox,
  where: string,
): Pick<RunBegin, "presented" | "decoded"> {
  const tfxd = childBox(traf, TFXD);
  const tfdt = childBox(traf, "tfdt");
  return refuse(where, () => ({
    presented: tfxd && tfxdTime(tfxd),
    decoded: tfdt && tfdtTime(tfdt),
  }));
}

interface RunPlace extends RunBegin {
  readonly trackId: number;
  /** The base of data_offset, and the end of the previous run. */
  readonly base: number;
  readonly end: number;
}

/** sample_is_non_sync_sample. ISO/IEC 14496-12 8.8.3.1 */
const NON_SYNC = 0x00010000;

function readTrun(
  rows: TrunRows,
  defaults: SampleDefaults,
  { base, end, ...begin }: RunPlace,
): FragmentRun {
  const { count, dataOffset, firstSampleFlags } = rows;
  const all = { length: count };
  const isSync = (i: number) => {
    const first = i === 0 ? firstSampleFlags : undefined;
    const flags = first ?? rows.sampleFlags(i) ?? defaults.flags;
    return flags & NON_SYNC ? 0 : 1;
  };
  return {
    ...begin,
    offset: dataOffset === undefined ? end : base + dataOffset,
    size: Uint32Array.from(all, (_, i) => rows.size(i) ?? defaults.size),
    duration: Uint32Array.from(
      all,
      (_, i) => rows.duration(i) ?? defaults.duration,
    ),
    compositionOffset: Int32Array.from(
      all,
      (_, i) => rows.compositionOffset(i) ?? 0,
    ),
    sync: Uint8Array.from(all, (_, i) => isSync(i)),
  };
}

function rowsOf(trun: ParsedBox, budget: RowBudget, where: string): TrunRows {
  const rows = refuse(where, () => trunRows(trun));
  if (rows.hasRows) return rows;
  budget.left -= Math.max(0, rows.count - 1); // the first sample is covered by the bytes of its trun
  if (budget.left >= 0) return rows;
  throw damaged(where, `trun claims ${rows.count} samples without a row`);
}

function refuse<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw damaged(where, readingError(error));
  }
}

function damaged(where: string, what: string): PackError {
  return new PackError("input", `${where}: ${what}.`, {
    hint: "The file is damaged.",
  });
}
