import {
  mdatHeader,
  mfhd,
  moof as moofBox,
  tfdt,
  tfhd as tfhdBox,
  tfxd,
  TFXD_UUID,
  traf as trafBox,
  trun as trunBox,
} from "../../isobmff/boxes/fragment.js";
import { saio, saiz } from "../../isobmff/boxes/protection.js";
import { bytesToHex, concat, viewOf } from "../../isobmff/bytes.js";
import {
  NO_DEFAULTS,
  trafDefaults,
  type SampleDefaults,
} from "../../isobmff/fragment-runs.js";
import {
  childBox,
  childBoxes,
  numberField,
  type ParsedBox,
} from "../../isobmff/parsed-box.js";
import { trunRows } from "../../isobmff/table-rows.js";
import { rescale, SMOOTH_TIMESCALE, type Ticks } from "../../media/time.js";
import { at } from "../../media/track.js";
import {
  readFragment,
  type FragmentBoxes,
  type FragmentContext,
} from "./fragment-boxes.js";
import type { TrackEncryption } from "./header.js";
import { overrideSize, readSencOf } from "./sample-auxiliary.js";

/** A fragment that gets new boxes around the same samples. */
export interface FragmentToMend extends FragmentContext {
  /** moof and mdat. */
  readonly bytes: Uint8Array;
  /** Undefined for a track in the clear. */
  readonly encryption: TrackEncryption | undefined;
  /** Ticks per second of its file. */
  readonly timescale: number;
  /** Composition offset of the first sample of its track, which becomes 0. */
  readonly firstOffset: number;
  /** When its first sample is presented. */
  readonly begin: Ticks;
  /** When the next fragment begins; undefined for the last one. */
  readonly next: Ticks | undefined;
  /** Its number in its track, from 1. */
  readonly sequence: number;
}

/** The mended fragment; all times are ticks of 10 MHz. */
export interface MendedFragment {
  readonly bytes: Uint8Array;
  readonly end: Ticks;
  readonly samples: number;
  readonly sampleBytes: number;
}

/**
 * Writes the boxes of a fragment anew: its times, its truns, and what finds the rows of its protection. The senc and
 * all boxes that say more of its samples stay to the byte, and so do the samples, which stand one after the other.
 *
 * @throws Error in one line for a fragment that is damaged, or encrypted in a way whose rows are not found
 */
export function mendFragment(fragment: FragmentToMend): MendedFragment {
  const { bytes, begin } = fragment;
  const boxes = readFragment(bytes, fragment);
  const runs = runsOf(boxes, fragment);
  // Its size does not depend on the offsets in it.
  const { length } = moofOf(fragment, boxes, runs, 0);
  const samples = boxes.starts.map((start, i) =>
    bytes.subarray(start, start + at(boxes.sizes, i)),
  );
  const sampleBytes = boxes.sizes.reduce((sum, size) => sum + size, 0);
  return {
    bytes: concat([
      moofOf(fragment, boxes, runs, length),
      mdatHeader(sampleBytes),
      ...samples,
    ]),
    end: runs.at(-1)?.end ?? begin,
    ...{ samples: samples.length, sampleBytes },
  };
}

/** A trun in ticks of 10 MHz. */
interface Run {
  readonly durations: readonly number[];
  readonly sizes: readonly number[];
  readonly flags: readonly number[];
  readonly compositionOffsets: readonly number[];
  readonly end: Ticks;
}

/** Clocks of a manifest and its file may round otherwise: a tick of 48 kHz. */
const SLACK = 209;

function runsOf(boxes: FragmentBoxes, fragment: FragmentToMend): Run[] {
  const { traf, tfhd, trackId } = boxes;
  const { defaults, timescale, begin, next, firstOffset } = fragment;
  const own = trafDefaults(
    tfhd,
    numberField(tfhd, "flags"),
    defaults.get(trackId) ?? NO_DEFAULTS,
  );
  const toSmooth = (ticks: number) =>
    begin + rescale(ticks, timescale, SMOOTH_TIMESCALE);
  const truns = childBoxes(traf, "trun");
  const ticks = truns.map((trun) => durationsOf(trun, own));
  const total = ticks.flat().reduce((sum, one) => sum + one, 0);
  const isJoined =
    next !== undefined && Math.abs(next - toSmooth(total)) <= SLACK;
  let [position, first] = [0, 0];
  return truns.map((trun, i) => {
    const rows = trunRows(trun);
    const run = emptyRun();
    for (const [k, duration] of (ticks[i] ?? []).entries()) {
      const decoded = toSmooth(position);
      const shift = (rows.compositionOffset(k) ?? 0) - firstOffset;
      const isLast = position + duration === total && isJoined;
      const end = isLast ? next : toSmooth(position + duration);
      const firstFlags = k === 0 ? rows.firstSampleFlags : undefined;
      run.durations.push(end - decoded);
      run.sizes.push(at(boxes.sizes, first));
      run.flags.push(firstFlags ?? rows.sampleFlags(k) ?? own.flags);
      run.compositionOffsets.push(toSmooth(position + shift) - decoded);
      run.end = end;
      position += duration;
      first++;
    }
    return run;
  });
}

function emptyRun() {
  const none = (): number[] => [];
  return {
    ...{ durations: none(), sizes: none(), flags: none() },
    ...{ compositionOffsets: none(), end: 0 },
  };
}

function durationsOf(trun: ParsedBox, { duration }: SampleDefaults): number[] {
  const rows = trunRows(trun);
  const all = { length: rows.count };
  return Array.from(all, (_, i) => rows.duration(i) ?? duration);
}

/** A live encoder's look ahead means nothing in a film that is whole. MS-SSTR 2.2.4.5 */
const TFRF = "d4807ef2ca3946958e5426cb9e46a79f";

/** Written anew, or left out. */
const ANEW: ReadonlySet<string> = new Set([
  ...["tfhd", "tfdt", "trun", "saiz", "saio"],
  ...[TFXD_UUID.replaceAll("-", ""), TFRF],
]);

/** @param moofSize of the new moof, by which the places of samples grow */
function moofOf(
  { bytes, begin, sequence, encryption }: FragmentToMend,
  boxes: FragmentBoxes,
  runs: readonly Run[],
  moofSize: number,
): Uint8Array {
  const { moof, traf, trackId, senc } = boxes;
  const before = concat([
    mfhd(sequence),
    ...moof.children
      .filter(({ type }) => type !== "mfhd" && type !== "traf")
      .map((box) => bytesOf(bytes, box)),
  ]);
  let dataOffset = moofSize + HEADER;
  const truns = runs.map((run) => {
    const bytes = trunBox({ ...run, dataOffset });
    dataOffset += run.sizes.reduce((sum, size) => sum + size, 0);
    return bytes;
  });
  const end = runs.at(-1)?.end ?? begin;
  const shift = runs[0]?.compositionOffsets[0] ?? 0;
  const timed = [
    tfhdBox(trackId, runs[0]?.flags[0] ?? 0),
    ...(childBox(traf, "tfdt") ? [tfdt(Math.max(0, begin - shift))] : []),
    ...truns,
    tfxd(begin, end - begin),
    ...traf.children
      .filter((box) => box !== senc && !ANEW.has(nameOf(bytes, box)))
      .map((box) => bytesOf(bytes, box)),
  ];
  const place = concat([before, ...timed]).length + 2 * HEADER;
  const hidden = protectionBoxes(bytes, boxes, encryption, place);
  return moofBox(before, trafBox(...timed, ...hidden));
}

/** Size and type. */
const HEADER = 8;

function bytesOf(bytes: Uint8Array, { start, size }: ParsedBox): Uint8Array {
  return bytes.subarray(start, start + size);
}

function nameOf(bytes: Uint8Array, { type, start }: ParsedBox): string {
  return type === "uuid"
    ? bytesToHex(bytes.subarray(start + 8, start + 24)).toLowerCase()
    : type;
}

/**
 * The senc as it is, with saiz and saio that lead to its rows.
 *
 * @param place of the senc, from the first byte of the moof
 */
function protectionBoxes(
  bytes: Uint8Array,
  { senc, starts }: FragmentBoxes,
  encryption: TrackEncryption | undefined,
  place: number,
): Uint8Array[] {
  if (senc === undefined) {
    if (encryption === undefined || starts.length === 0) return [];
    throw new Error("no senc: nothing tells how it is protected");
  }
  const own = bytesOf(bytes, senc);
  const rows = encryption ? readSencOf(bytes, senc, encryption) : [];
  const sizes = rows.map(({ size }) => size);
  const [first = 0] = sizes;
  // A byte holds no larger size: then only readers of the senc can decrypt it.
  if (rows.length === 0 || sizes.some((size) => size > 255)) return [own];
  const areAlike = sizes.every((size) => size === first);
  const head = senc.type === "uuid" ? 32 : 16;
  return [
    own,
    saiz(
      areAlike ? { count: sizes.length, size: first } : Uint8Array.from(sizes),
    ),
    saio(place + head + overrideSize(viewOf(bytes), senc)),
  ];
}
