import { eachFragment, type Fragments } from "../media/fragments.js";
import type { Ticks } from "../media/time.js";
import { at, byteLength } from "../media/track.js";
import type { OutTrack } from "./protection.js";
import {
  type FragmentOptions,
  fileHeader,
  fragmentHeaders,
} from "./track-boxes.js";

/** A run of fragments of one track file, with its place. */
export interface WriteRun {
  /** An existing file. */
  readonly path: string;
  readonly track: OutTrack;
  readonly fragments: Fragments;
  readonly options: FragmentOptions;
  /** The first fragment of the run, and one past its last. */
  readonly from: number;
  readonly to: number;
  /** The place of its first moof. */
  readonly position: number;
}

/**
 * The work of a thread at a time: fragments of the same minutes, of all tracks that come
 * from one file and so are interleaved there.
 */
export type Part = readonly WriteRun[];

/** A track file with the place of everything in it. */
export interface LaidOutFile extends Omit<
  WriteRun,
  "from" | "to" | "position"
> {
  readonly layout: FileLayout;
}

/** Large enough to be worth a thread, small enough for other work to wait. */
const PART_SIZE = 16 * 1024 * 1024;

/** Cuts track files into parts of about equal size. */
export function partsOf(files: readonly LaidOutFile[]): Part[] {
  const bySource = new Map<string, LaidOutFile[]>();
  for (const file of files) {
    const source = file.track.files[0]?.path ?? "";
    bySource.set(source, [...(bySource.get(source) ?? []), file]);
  }
  return [...bySource.values()].flatMap(partsOfSource);
}

/** The largest file sets the ends of parts; the others have the same times. */
function partsOfSource(files: readonly LaidOutFile[]): Part[] {
  const size = ({ layout }: LaidOutFile) => layout.indexOffset;
  const largest = files.reduce((a, b) => (size(b) > size(a) ? b : a));
  const from = files.map(() => 0);
  return partEnds(largest).map((end) =>
    files.map((file, i) => {
      const run = runOf(file, from[i] ?? 0, end);
      from[i] = run.to;
      return run;
    }),
  );
}

/** The times at which parts end; the last part never ends. */
function partEnds({ layout, fragments }: LaidOutFile): Ticks[] {
  const { moofOffsets, indexOffset } = layout;
  const ends: Ticks[] = [];
  let begin = moofOffsets[0] ?? 0;
  for (const [i, moofOffset] of moofOffsets.entries()) {
    const isLong = moofOffset - begin >= PART_SIZE;
    // A short rest does not become a part.
    if (!isLong || indexOffset - moofOffset < PART_SIZE / 2) continue;
    ends.push(at(fragments.time, i));
    begin = moofOffset;
  }
  return [...ends, Infinity];
}

function runOf(file: LaidOutFile, from: number, end: Ticks): WriteRun {
  const { layout, fragments, ...rest } = file;
  let to = from;
  while (to < fragments.count && at(fragments.time, to) < end) to++;
  const position = layout.moofOffsets[from] ?? layout.indexOffset;
  return { ...rest, fragments, from, to, position };
}

/** The share of the bytes between its first and its last byte that a dense part needs. */
const DENSE = 1 / 10;

/** Whether a part needs so many of the bytes in its range that large reads serve many samples. */
export function isDense(part: Part): boolean {
  let [bytes, begin, end] = [0, Infinity, 0];
  for (const { track, fragments, from, to } of part) {
    const { samples } = track;
    const first = at(fragments.firstSample, from);
    const last = at(fragments.firstSample, to);
    if (first >= last) continue;
    bytes += byteLength(samples, first, last);
    begin = Math.min(begin, at(samples.offset, first));
    end = Math.max(end, at(samples.offset, last - 1));
  }
  return bytes >= (end - begin) * DENSE;
}

/** The places of everything in a track file, known before a byte is written. */
export interface FileLayout {
  /** ftyp and moov. */
  readonly header: Uint8Array;
  /** Of each fragment. A list of objects would take ten times the memory. */
  readonly moofOffsets: Float64Array;
  /** The begin of the index (mfra), behind the last fragment. */
  readonly indexOffset: number;
}

/** Lays a track file out, so that its fragments can be written in any order. */
export function layOut(
  track: OutTrack,
  fragments: Fragments,
  bitrate: number,
  options: FragmentOptions,
): FileLayout {
  const header = fileHeader(track, bitrate, options);
  const headers = fragmentHeaders(track, options);
  const moofOffsets = new Float64Array(fragments.count);
  let moofOffset = header.length;
  let i = 0;
  for (const fragment of eachFragment(fragments)) {
    const { firstSample, endSample } = fragment;
    moofOffsets[i++] = moofOffset;
    moofOffset +=
      headers.size(fragment) +
      byteLength(track.samples, firstSample, endSample);
  }
  return { header, moofOffsets, indexOffset: moofOffset };
}
