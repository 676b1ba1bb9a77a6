import { codecOfSampleEntry } from "../codecs/index.js";
import { readingError } from "../errors.js";
import { TFXD_UUID } from "../isobmff/boxes/fragment.js";
import {
  childBox,
  childBoxes,
  numberField,
  type ParsedBox,
  tfdtTime,
  tfxdTime,
} from "../isobmff/parsed-box.js";
import { parseBoxes } from "../isobmff/source.js";
import { TRUN, trunRows, type TrunRows } from "../isobmff/table-rows.js";
import type { Findings, FindingPlace } from "./finding.js";
import { fragmentSpan, type TrackReader } from "./track-reader.js";

const TFXD = TFXD_UUID.replaceAll("-", "");

/**
 * Checks the moof of one fragment and the first bytes of its samples against
 * each other and against the index.
 *
 * @param head the fragment's first bytes, from `readHeads`
 * @param i entry of the index
 * @returns undefined, with a finding, when there is no readable moof
 */
export function checkFragment(
  reader: TrackReader,
  i: number,
  head: Uint8Array,
  sampleEntryType: string,
  findings: Findings,
): CheckedRun | undefined {
  const { time, begin, end } = fragmentSpan(reader, i);
  const place = findings.in(reader.name, i + 1);
  const complaints: string[] = [];
  const boxes = findBoxes(head, (message) => complaints.push(message));
  if (boxes === undefined) {
    const why = complaints.map((message) => ` (${message})`).join("");
    const what = `no moof with tfhd and trun at ${begin}, where the index says${why}`;
    place.fault("fragment", what);
    return undefined;
  }
  const hasTime = isTimed(boxes);
  const run = readRun(boxes.tfhd, boxes.trun, hasTime);
  checkLayout(boxes, reader.trackId, place);
  checkExtent(boxes, head, run, end - begin, place);
  checkTimes(boxes, run, time, place);
  checkComposition(run, place);
  checkSequence(boxes, reader, i, place);
  checkFirstSample(head.subarray(boxes.moof.size + 8), sampleEntryType, place);
  return run;
}

export interface CheckedRun extends SampleRun {
  /** Its own boxes hold its time, as far as a player needs that. */
  readonly hasTime: boolean;
}

interface FragmentBoxes {
  readonly moof: ParsedBox;
  readonly traf: ParsedBox;
  readonly tfhd: ParsedBox;
  readonly trun: TrunRows;
}

function findBoxes(
  head: Uint8Array,
  onError: (message: string) => void,
): FragmentBoxes | undefined {
  const bytes = head.subarray(0, uint32At(head, 0));
  const [moof] = parseBoxes(bytes, onError, TRUN);
  const traf = moof && childBox(moof, "traf");
  const tfhd = traf && childBox(traf, "tfhd");
  const trun = traf && childBox(traf, "trun");
  if (moof?.type !== "moof" || !traf || !tfhd || !trun) return undefined;
  try {
    return { moof, traf, tfhd, trun: trunRows(trun) };
  } catch (error) {
    onError(readingError(error));
    return undefined;
  }
}

/**
 * Clients read only the first traf and trun, and count offsets from the moof: they have no
 * file.
 */
function checkLayout(
  boxes: FragmentBoxes,
  trackId: number,
  place: FindingPlace,
) {
  const { moof, traf, tfhd, trun } = boxes;
  const trafs = childBoxes(moof, "traf").length;
  place.expect("one-traf", "number of traf boxes", trafs, 1);
  const truns = childBoxes(traf, "trun").length;
  place.expect("one-trun", "number of trun boxes", truns, 1);
  const hasBase = numberField(tfhd, "flags") & 0x000001;
  place.expect("base-data-offset", "base-data-offset flag", hasBase, 0);
  const offset = trun.dataOffset ?? 0;
  place.expect("data-offset", "data_offset", offset, moof.size + 8);
  const actualId = numberField(tfhd, "track_id");
  place.expect("track-id", "track_ID in tfhd", actualId, trackId);
}

/**
 * Sequence numbers grow. The index points at the first traf, trun and sample, and that
 * sample is a sync sample.
 */
function checkSequence(
  { moof, tfhd, trun }: FragmentBoxes,
  { index }: TrackReader,
  i: number,
  place: FindingPlace,
): void {
  const mfhd = childBox(moof, "mfhd");
  const number = mfhd && numberField(mfhd, "sequence_number");
  place.expect("sequence", "sequence_number in mfhd", number, i + 1);
  const pointer = index.others.get(i) ?? [1, 1, 1];
  place.expect(
    "index",
    "traf, trun and sample number",
    pointer.join(" "),
    "1 1 1",
  );
  const flags =
    trun.firstSampleFlags ??
    trun.sampleFlags(0) ??
    numberField(tfhd, "default_sample_flags");
  if (flags & NON_SYNC)
    place.fault("random-access", "first sample is flagged as no sync sample");
}

/** sample_is_non_sync_sample. ISO/IEC 14496-12 8.8.3.1 */
export const NON_SYNC = 0x00010000;

/**
 * An mdat of exactly the moof's samples follows the moof, and the next fragment follows
 * the mdat.
 */
function checkExtent(
  { moof }: FragmentBoxes,
  head: Uint8Array,
  run: SampleRun,
  extent: number,
  place: FindingPlace,
): void {
  const type = String.fromCharCode(
    ...head.subarray(moof.size + 4, moof.size + 8),
  );
  place.expect("mdat", "box after moof", type, "mdat");
  const mdatSize = uint32At(head, moof.size);
  place.expect("mdat", "size of mdat", mdatSize, run.bytes + 8);
  const bytes = moof.size + mdatSize;
  place.expect("index", "bytes up to the next fragment", extent, bytes);
}

/** Presentation begins and ends with the fragment, in any decoding order. */
function checkTimes(
  { traf }: FragmentBoxes,
  run: SampleRun,
  indexTime: bigint,
  place: FindingPlace,
): void {
  const tfxd = childBox(traf, TFXD);
  const tfdt = childBox(traf, "tfdt");
  if (tfxd !== undefined) {
    const time = tfxdTime(tfxd);
    place.expect("fragment-time", "time in tfxd", time, indexTime);
    const duration = numberField(tfxd, "duration");
    place.expect("fragment-time", "duration in tfxd", duration, run.duration);
  }
  if (tfdt !== undefined) {
    const time = tfdtTime(tfdt);
    place.expect("fragment-time", "time in tfdt", time, indexTime);
  }
}

/**
 * Default flags of genuine Microsoft assets, whose fragments on demand have no tfxd. A
 * user asks for that layout on purpose, or has a package of that time.
 */
const MICROSOFT_FLAGS = [0x00004001, 0x00008002];

export function isMicrosofts(tfhd: ParsedBox): boolean {
  return MICROSOFT_FLAGS.includes(numberField(tfhd, "default_sample_flags"));
}

function isTimed({ traf, tfhd }: FragmentBoxes): boolean {
  return childBox(traf, TFXD) !== undefined || isMicrosofts(tfhd);
}

function checkComposition(run: SampleRun, place: FindingPlace): void {
  const is = (what: string, found: number, expected: number) =>
    place.expect("composition", what, found, expected);
  const { firstOffset } = run;
  is("earliest presentation in the fragment", run.earliest, firstOffset);
  // A frame has the duration of its place in decoding order, so rounding may differ by
  // a tick.
  const end = firstOffset + run.duration;
  if (Math.abs(run.latest - end) > 1) {
    is("latest presentation end in the fragment", run.latest, end);
  }
}

function checkFirstSample(
  start: Uint8Array,
  sampleEntryType: string,
  place: FindingPlace,
): void {
  const codec = codecOfSampleEntry(sampleEntryType);
  const fault = codec?.firstSampleError(start);
  if (fault !== undefined) place.fault("random-access", fault);
}

/** NaN beyond the end of the bytes. */
function uint32At(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) return Number.NaN;
  return new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
}

/** The samples of a fragment by its own boxes; times count from its first decode time. */
export interface SampleRun {
  readonly samples: number;
  readonly bytes: number;
  readonly duration: number;
  /** Composition offset of the first sample. */
  readonly firstOffset: number;
  readonly earliest: number;
  readonly latest: number;
}

/**
 * Sums up a trun, taking defaults from the tfhd. A run stays in memory for each fragment, so it
 * is a plain literal: one with a spread is four times as large. ISO/IEC 14496-12 8.8.7, 8.8.8
 */
function readRun(
  tfhd: ParsedBox,
  trun: TrunRows,
  hasTime: boolean,
): CheckedRun {
  const defaultSize = numberField(tfhd, "default_sample_size");
  const defaultDuration = numberField(tfhd, "default_sample_duration");
  const { count } = trun;
  if (!trun.hasRows) return alike(count, defaultSize, defaultDuration, hasTime);
  let [time, bytes, earliest, latest] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const presented = time + (trun.compositionOffset(i) ?? 0);
    const duration = trun.duration(i) ?? defaultDuration;
    bytes += trun.size(i) ?? defaultSize;
    time += duration;
    earliest = Math.min(earliest, presented);
    latest = Math.max(latest, presented + duration);
  }
  const firstOffset = count > 0 ? (trun.compositionOffset(0) ?? 0) : 0;
  return {
    samples: count,
    bytes,
    duration: time,
    firstOffset,
    earliest,
    latest,
    hasTime,
  };
}

/** Samples without rows are all alike, for any claimed number. */
function alike(
  samples: number,
  size: number,
  each: number,
  hasTime: boolean,
): CheckedRun {
  const duration = samples * each;
  return {
    samples,
    bytes: samples * size,
    duration,
    firstOffset: 0,
    earliest: 0,
    latest: duration,
    hasTime,
  };
}
