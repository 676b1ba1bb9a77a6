import { codecNamed, type SampleFlags, type Codec } from "../codecs/index.js";
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
  type TfraEntry,
} from "../isobmff/boxes/fragment.js";
import { ftyp, mehd, moov, mvex, mvhd, trex } from "../isobmff/boxes/movie.js";
import { stbl } from "../isobmff/boxes/sample-table.js";
import {
  dinf,
  hdlr,
  mdhd,
  mdia,
  minf,
  nmhd,
  smhd,
  tkhd,
  trak,
  vmhd,
} from "../isobmff/boxes/track.js";
import { concat } from "../isobmff/bytes.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import {
  byteLength,
  sampleDuration,
  trackEnd,
  type StreamKind,
  type Track,
  type VideoFormat,
} from "../media/track.js";
import type { Fragment } from "../tracks/cut-fragments.js";
import {
  fragmentProtection,
  fragmentProtectionSize,
  movieProtection,
  sampleEntryOf,
  type OutTrack,
} from "./protection.js";
import { innerFlagsSize, runFlags } from "./sample-flags.js";

/** The only track of every file that we write. */
export const TRACK_ID = 1;

/** `ftyp` and `moov`, laid out as in genuine Microsoft files. MS-SSTR 2.2.7, docs/format.md */
export function fileHeader(track: OutTrack, bitrate: number): Uint8Array {
  return concat([ftyp("isml", 1, ["piff", "iso2"]), movieBox(track, bitrate)]);
}

export interface FragmentOptions {
  /** A tfdt beside the tfxd, equal to it, for generic MP4 tools. */
  readonly tfdt?: boolean | undefined;
  /** Default `standard`. */
  readonly layout?: LayoutName | undefined;
}

/** The moofs of a track's fragments, each with the header of the mdat that follows it. */
export interface FragmentHeaders {
  /** Known without building them. */
  size(fragment: Fragment): number;
  /** MS-SSTR 2.2.4 */
  of(fragment: Fragment, sequenceNumber: number): Uint8Array;
}

export function fragmentHeaders(
  track: OutTrack,
  options: FragmentOptions = {},
): FragmentHeaders {
  // The samples lie behind the header, whose size grows by the same for each of them,
  // but for what tells of sync samples inside, and of their protection.
  const { samples } = track;
  const flags = flagsOf(track, options);
  const plain = { ...samples, sync: new Uint8Array(samples.count) };
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
  return {
    size,
    of: (fragment, number) =>
      fragmentHeader(track, fragment, number, size(fragment), options),
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

/** The index at the end of the file, by which an origin finds each fragment. */
export function fileIndex(entries: readonly TfraEntry[]): Uint8Array {
  return mfra(tfra(TRACK_ID, entries));
}

function movieBox(track: OutTrack, bitrate: number): Uint8Array {
  const duration = trackEnd(track.samples);
  return moov(
    mvhd(SMOOTH_TIMESCALE, duration, TRACK_ID + 1),
    trackBox(track, bitrate),
    mvex(mehd(duration), trex(TRACK_ID)),
    ...movieProtection(track),
  );
}

function trackBox(track: OutTrack, bitrate: number): Uint8Array {
  const { format, language } = track;
  const duration = trackEnd(track.samples);
  const { width, height } =
    format.kind === "video" ? shownSize(format) : NO_VIDEO;
  const audible = format.kind === "audio";
  const { handler, mediaHeader } = MEDIA[format.kind];
  return trak(
    tkhd({ trackId: TRACK_ID, duration, width, height, audible }),
    mdia(
      mdhd(SMOOTH_TIMESCALE, duration, language),
      handler,
      minf(mediaHeader, dinf(), stbl(sampleEntryOf(track, bitrate))),
    ),
  );
}

/** What each kind of media calls itself. ISO/IEC 14496-12 8.4.3, 8.4.5 */
const MEDIA: Readonly<
  Record<StreamKind, { handler: Uint8Array; mediaHeader: Uint8Array }>
> = {
  video: { handler: hdlr("vide", "Video"), mediaHeader: vmhd() },
  audio: { handler: hdlr("soun", "Audio"), mediaHeader: smhd() },
  text: { handler: hdlr("text", "Text"), mediaHeader: nmhd() },
};

const NO_VIDEO = { width: 0, height: 0 };

/** A reader of the file alone learns from it how wide pixels are. ISO/IEC 14496-12 8.3.2 */
function shownSize({
  width,
  height,
  displayWidth,
  displayHeight,
}: VideoFormat) {
  return { width: displayWidth ?? width, height: displayHeight ?? height };
}

/** What a traf has before its protection. */
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
    tfhd(TRACK_ID, flags.default),
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

function layoutOf({ layout = "standard" }: FragmentOptions): FragmentLayout {
  return LAYOUTS[layout];
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

/** How the boxes of a fragment are laid out. */
interface FragmentLayout {
  /** For people. */
  readonly label: string;
  /** Of trun: 1 has signed composition offsets; in 0 they are unsigned by the letter, and signed to all who read Smooth. */
  readonly trunVersion: 0 | 1;
  /** A tfxd tells each fragment's time. Without it VLC begins every fragment at 0. */
  readonly tfxd: boolean;
  /** A sdtp tells what each sample depends on. */
  readonly sdtp: boolean;
  flags(codec: Codec): SampleFlags;
}

/** The door for a new layout: one row here. docs/format.md tells both byte by byte. */
export const LAYOUTS = {
  /** What plays in every client that was tried. */
  standard: {
    label: "plays everywhere",
    trunVersion: 1,
    tfxd: true,
    sdtp: false,
    flags: (codec) => codec.sampleFlags,
  },
  /** Genuine Microsoft assets, for set-top boxes and players of their time. */
  "expression-encoder": {
    label: "as Expression Encoder wrote it",
    trunVersion: 0,
    tfxd: false,
    sdtp: true,
    flags: (codec) => codec.microsoftFlags,
  },
} as const satisfies Record<string, FragmentLayout>;

export type LayoutName = keyof typeof LAYOUTS;
