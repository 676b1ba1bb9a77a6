import { codecNamed, type SampleFlags } from "../codecs/index.js";
import {
  mdatHeader,
  mfhd,
  moof,
  sdtp,
  tfdt,
  tfhd,
  traf,
  trun,
  tfxd,
  mfra,
  tfra,
} from "../isobmff/boxes/fragment.js";
import {
  ftyp,
  mehd,
  moov,
  mvex,
  mvhd,
  trex,
  dinf,
  hdlr,
  mdhd,
  mdia,
  minf,
  nmhd,
  smhd,
  sthd,
  tkhd,
  trak,
  vmhd,
} from "../isobmff/boxes/movie.js";
import { stbl, stpp } from "../isobmff/boxes/sample-table.js";
import { concat } from "../isobmff/bytes.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import {
  at,
  byteLength,
  sampleDuration,
  trackEnd,
  type StreamKind,
  type Track,
  type VideoFormat,
} from "../media/track.js";
import type { Fragment, Fragments } from "../media/fragments.js";
import { layoutNamed, type BoxLayout, type WrittenLayout } from "./layouts.js";
import { alikeHeaders } from "./alike-headers.js";
import {
  fragmentProtection,
  fragmentProtectionSize,
  movieProtection,
  sampleEntryOf,
  type OutTrack,
} from "./protection.js";
import { innerFlagsSize, runFlags } from "./sample-flags.js";

/** The ID of the only track in every file that we write. */
export const TRACK_ID = 1;

/** `ftyp` and `moov`, laid out as in genuine Microsoft files. MS-SSTR 2.2.7, docs/format.md */
export function fileHeader(
  track: OutTrack,
  bitrate: number,
  options: FragmentOptions = {},
): Uint8Array {
  const layout = layoutOf(options);
  const { major, minor, compatible } = layout.brands;
  const movie = movieBox(track, bitrate, layout);
  return concat([ftyp(major, minor, compatible), movie]);
}

export interface FragmentOptions {
  /** A tfdt beside the tfxd, equal to it, for generic MP4 tools. */
  readonly tfdt?: boolean | undefined;
  /** Default `standard`. */
  readonly layout?: WrittenLayout | undefined;
}

/** The moofs of a track's fragments, each with the header of its mdat. */
export interface FragmentHeaders {
  /** Computed without building them. */
  size(fragment: Fragment): number;
  /** Valid until the next call. MS-SSTR 2.2.4 */
  of(fragment: Fragment, sequenceNumber: number): Uint8Array;
}

export function fragmentHeaders(
  track: OutTrack,
  options: FragmentOptions = {},
): FragmentHeaders {
  // The samples follow the header. Each sample adds the same size to the header, apart
  // from flags of sync samples inside and from the protection.
  const { samples } = track;
  const flags = flagsOf(track, options);
  // No sync samples among the two that are measured. Each part asks anew: no column for it.
  const plain = { ...samples, sync: new Uint8Array(2) };
  const clear = { ...track, samples: plain, protection: undefined };
  const sizeOf = (endSample: number) => {
    const fragment = { firstSample: 0, endSample, time: 0, duration: 0 };
    return fragmentHeader(clear, fragment, 1, 0, options).length;
  };
  const one = sizeOf(1);
  const more = track.samples.count > 1 ? sizeOf(2) - one : 0;
  const size = (fragment: Fragment) => {
    const count = fragment.endSample - fragment.firstSample;
    const inner = innerFlagsSize(samples, fragment, flags);
    const protection = fragmentProtectionSize(track, fragment);
    return one + (count - 1) * more + inner + protection;
  };
  const header = (own: OutTrack, fragment: Fragment, number: number) =>
    fragmentHeader(own, fragment, number, size(fragment), options);
  const alike =
    track.format.kind === "text" ? alikeHeaders(track, header) : undefined;
  return {
    size,
    of: (fragment, number) =>
      alike?.(fragment, number) ?? header(track, fragment, number),
  };
}

function fragmentHeader(
  track: OutTrack,
  fragment: Fragment,
  sequenceNumber: number,
  dataOffset: number,
  options: FragmentOptions,
): Uint8Array {
  const { firstSample, endSample } = fragment;
  const front = mfhd(sequenceNumber);
  const boxes = trackFragment(track, fragment, dataOffset, options);
  const offset = [front, ...boxes].reduce(
    (sum, { length }) => sum + length,
    MOOF_AND_TRAF_HEADERS,
  );
  const protection = fragmentProtection(track, fragment, offset);
  return concat([
    moof(front, traf(...boxes, ...protection)),
    mdatHeader(byteLength(track.samples, firstSample, endSample)),
  ]);
}

const MOOF_AND_TRAF_HEADERS = 16;

/** The index at the end of the file. An origin finds each fragment with it. */
export function fileIndex(
  { count, time }: Fragments,
  moofOffsets: Float64Array,
): Uint8Array {
  const entries = {
    length: count,
    *[Symbol.iterator]() {
      for (const [i, moofOffset] of moofOffsets.entries())
        yield { time: at(time, i), moofOffset };
    },
  };
  return mfra(tfra(TRACK_ID, entries));
}

function movieBox(
  track: OutTrack,
  bitrate: number,
  layout: BoxLayout,
): Uint8Array {
  const duration = trackEnd(track.samples);
  return moov(
    mvhd(SMOOTH_TIMESCALE, duration, TRACK_ID + 1),
    trackBox(track, bitrate, layout),
    mvex(mehd(duration), trex(TRACK_ID)),
    ...movieProtection(track),
  );
}

function trackBox(
  track: OutTrack,
  bitrate: number,
  { isTextOfFilm }: BoxLayout,
): Uint8Array {
  const { format, language } = track;
  const duration = trackEnd(track.samples);
  const { width, height } =
    format.kind === "video" ? shownSize(format) : NO_VIDEO;
  const audible = format.kind === "audio";
  const isOfFilm = isTextOfFilm && format.kind === "text";
  const { handler, mediaHeader } = isOfFilm ? FILM_TEXT : MEDIA[format.kind];
  const entry = isOfFilm ? stpp() : sampleEntryOf(track, bitrate);
  return trak(
    tkhd({ trackId: TRACK_ID, duration, width, height, audible }),
    mdia(
      mdhd(SMOOTH_TIMESCALE, duration, language),
      handler,
      minf(mediaHeader, dinf(), stbl(entry)),
    ),
  );
}

/** The handler and header box of each kind of media. ISO/IEC 14496-12 8.4.3, 8.4.5 */
const MEDIA: Readonly<
  Record<StreamKind, { handler: Uint8Array; mediaHeader: Uint8Array }>
> = {
  video: { handler: hdlr("vide", "Video"), mediaHeader: vmhd() },
  audio: { handler: hdlr("soun", "Audio"), mediaHeader: smhd() },
  text: { handler: hdlr("text", "Text"), mediaHeader: nmhd() },
};

/** Of `stpp`. ISO/IEC 14496-12 12.6 */
const FILM_TEXT = { handler: hdlr("subt", "Text"), mediaHeader: sthd() };

const NO_VIDEO = { width: 0, height: 0 };

/** The size on screen. It gives the width of pixels to a reader of the file alone. ISO/IEC 14496-12 8.3.2 */
function shownSize({
  width,
  height,
  displayWidth,
  displayHeight,
}: VideoFormat) {
  return { width: displayWidth ?? width, height: displayHeight ?? height };
}

/** The boxes of a traf in front of its protection. */
function trackFragment(
  track: Track,
  { firstSample, endSample, time, duration }: Fragment,
  dataOffset: number,
  options: FragmentOptions,
): Uint8Array[] {
  const { samples, format } = track;
  const layout = layoutOf(options);
  const flags = flagsOf(track, options);
  const { first, each } = runFlags(samples, { firstSample, endSample }, flags);
  const count = endSample - firstSample;
  const durations = new Uint32Array(count);
  for (let i = 0; i < count; i++)
    durations[i] = sampleDuration(samples, firstSample + i);
  return [
    tfhd(TRACK_ID, flags.default, layout.isBaseMoof),
    ...(options.tfdt ? [tfdt(time)] : []),
    trun({
      version: layout.trunVersion,
      dataOffset,
      firstSampleFlags: first,
      flags: each,
      durations,
      sizes: samples.size.subarray(firstSample, endSample),
      compositionOffsets:
        format.kind === "video"
          ? samples.compositionOffset.subarray(firstSample, endSample)
          : undefined,
    }),
    ...(layout.sdtp && flags.sdtp
      ? [sdtp(dependencies(count, flags.sdtp))]
      : []),
    ...(layout.tfxd ? [tfxd(time, duration)] : []),
  ];
}

function layoutOf({ layout }: FragmentOptions): BoxLayout {
  return layoutNamed(layout);
}

function flagsOf({ codec }: Track, options: FragmentOptions): SampleFlags {
  return layoutOf(options).flags(codecNamed(codec));
}

function dependencies(
  count: number,
  { first, default: other }: { first: number; default: number },
): Uint8Array {
  const bytes = new Uint8Array(count).fill(other);
  bytes[0] = first;
  return bytes;
}
