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
 * @param head the fragment's first bytes, from `visitHeads`
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
  const run = readRun(boxes, reader);
  checkLayout(boxes, begin, reader.trackId, place);
  checkExtent(boxes, head, run, end - begin, place);
  checkTimes(boxes, run, time, place);
  checkComposition(run, place);
  checkPointer(boxes, reader, i, place);
  checkFirstSample(head.subarray(boxes.moof.size + 8), sampleEntryType, place);
  return run;
}

export interface CheckedRun extends SampleRun {
  /** Its own boxes hold its time, as far as a player needs that. */
  readonly hasTime: boolean;
  /** Of its mfhd; NaN without one. */
  readonly sequence: number;
}

interface FragmentBoxes {
  readonly moof: ParsedBox;
  readonly traf: ParsedBox;
  readonly tfhd: ParsedBox;
  readonly trun: TrunRows;
  /** Further ones. */
  readonly truns: readonly TrunRows[];
}

function findBoxes(
  head: Uint8Array,
  onError: (message: string) => void,
): FragmentBoxes | undefined {
  const bytes = head.subarray(0, uint32At(head, 0));
  const [moof] = parseBoxes(bytes, onError, TRUN);
  const traf = moof && childBox(moof, "traf");
  const tfhd = traf && childBox(traf, "tfhd");
  const [first, ...others] = traf ? childBoxes(traf, "trun") : [];
  if (moof?.type !== "moof" || !traf || !tfhd || !first) return undefined;
  try {
    const trun = trunRows(first);
    return { moof, traf, tfhd, trun, truns: others.map(trunRows) };
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
  { moof, traf, tfhd, trun }: FragmentBoxes,
  begin: number,
  trackId: number,
  place: FindingPlace,
) {
  const trafs = childBoxes(moof, "traf").length;
  place.expect("one-traf", "number of traf boxes", trafs, 1);
  const truns = childBoxes(traf, "trun").length;
  place.dialect.expect("one-trun", "number of trun boxes", truns, 1);
  const hasBase = numberField(tfhd, "flags") & 0x000001;
  const flag = "base-data-offset flag";
  place.dialect.expect("base-data-offset", flag, hasBase, 0);
  const base = hasBase ? numberField(tfhd, "base_data_offset") - begin : 0;
  const offset = base + (trun.dataOffset ?? 0);
  place.expect("data-offset", "data_offset", offset, moof.size + 8);
  const actualId = numberField(tfhd, "track_id");
  place.expect("track-id", "track_ID in tfhd", actualId, trackId);
}

/** The index points at the first traf, trun and sample, and that sample is a sync sample. */
function checkPointer(
  { tfhd, trun }: FragmentBoxes,
  { index, defaults }: TrackReader,
  i: number,
  place: FindingPlace,
): void {
  const pointer = index.others.get(i) ?? [1, 1, 1];
  place.expect(
    "index",
    "traf, trun and sample number",
    pointer.join(" "),
    "1 1 1",
  );
  const hasDefault = (numberField(tfhd, "flags") & DEFAULT_FLAGS) !== 0;
  const flags =
    trun.firstSampleFlags ??
    trun.sampleFlags(0) ??
    (hasDefault
      ? numberField(tfhd, "default_sample_flags")
      : (defaults?.flags ?? 0));
  if (flags & NON_SYNC)
    place.fault("random-access", "first sample is flagged as no sync sample");
}

/** Flags of tfhd. ISO/IEC 14496-12 8.8.7.1 */
const DEFAULT_DURATION = 0x000008;
const DEFAULT_SIZE = 0x000010;
const DEFAULT_FLAGS = 0x000020;

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
    if (time !== BigInt.asUintN(32, indexTime) || isLong(tfxd))
      place.expect("fragment-time", "time in tfxd", time, indexTime);
    else if (time !== indexTime)
      place.dialect.say("fragment-time", "time in tfxd has 32 bits, and wraps");
    const duration = numberField(tfxd, "duration");
    const what = "duration in tfxd";
    place.dialect.expect("fragment-time", what, duration, run.duration);
  }
  if (tfdt !== undefined) {
    const time = tfdtTime(tfdt);
    // The time of a fragment is that of its first picture, which may be decoded earlier.
    const decoded = indexTime - BigInt(run.firstOffset);
    const where = time === decoded ? place.dialect : place;
    where.expect("fragment-time", "time in tfdt", time, indexTime);
  }
}

function isLong(tfxd: ParsedBox): boolean {
  return numberField(tfxd, "version") === 1;
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
 * Sums up the truns, taking defaults from the tfhd, else from the trex. A run stays in memory for
 * each fragment, so it is a plain literal: one with a spread is four times as large. ISO/IEC
 * 14496-12 8.8.3, 8.8.7, 8.8.8
 */
function readRun(boxes: FragmentBoxes, { defaults }: TrackReader): CheckedRun {
  const { moof, tfhd, trun, truns } = boxes;
  const flags = numberField(tfhd, "flags");
  const size =
    flags & DEFAULT_SIZE
      ? numberField(tfhd, "default_sample_size")
      : (defaults?.size ?? 0);
  const each =
    flags & DEFAULT_DURATION
      ? numberField(tfhd, "default_sample_duration")
      : (defaults?.duration ?? 0);
  let [samples, time, bytes, earliest, latest] = [0, 0, 0, Infinity, -Infinity];
  for (const rows of [trun, ...truns]) {
    // Samples without rows are all alike, for any claimed number.
    const read = rows.hasRows ? rows.count : 0;
    for (let i = 0; i < read; i++) {
      const presented = time + (rows.compositionOffset(i) ?? 0);
      const duration = rows.duration(i) ?? each;
      bytes += rows.size(i) ?? size;
      time += duration;
      earliest = Math.min(earliest, presented);
      latest = Math.max(latest, presented + duration);
    }
    const alike = rows.count - read;
    if (alike > 0) earliest = Math.min(earliest, time);
    bytes += alike * size;
    time += alike * each;
    if (alike > 0) latest = Math.max(latest, time);
    samples += rows.count;
  }
  const mfhd = childBox(moof, "mfhd");
  return {
    samples,
    bytes,
    duration: time,
    firstOffset: trun.count > 0 ? (trun.compositionOffset(0) ?? 0) : 0,
    earliest,
    latest,
    hasTime: isTimed(boxes),
    sequence: mfhd ? numberField(mfhd, "sequence_number") : NaN,
  };
}
