import type { Codec } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { sizeOfSource } from "../isobmff/media-source.js";
import type { ReadMovieOptions } from "../isobmff/movie-fragments.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import {
  at,
  byteLength,
  sliceTable,
  type MediaFormat,
  type SampleTable,
  type Track,
  type TrackKind,
} from "../media/track.js";
import type { Ticks } from "../media/time.js";
import { applyEdits } from "./apply-edits.js";
import { codedSizeOf, displaySize } from "./video-shape.js";

/**
 * A track of a file as it is presented: on the movie's clock, with no need of an edit
 * list. No media is read. The result takes over the tables of `movieTrack`.
 *
 * @param path the file
 * @throws PackError `input` when samples lie outside the file, `unsupported` for edits
 * that samples cannot express
 */
export async function readTrack(
  movieTrack: MovieTrack,
  codec: Codec,
  path: string,
): Promise<Track> {
  const where = `${path} track ${movieTrack.trackId}`;
  if (movieTrack.samples.count === 0)
    throw new PackError("input", `${where}: has no samples.`);
  const size = await sizeOfSource(path);
  requireInside(movieTrack.samples, size, where);
  // A copy: the original bytes would keep the whole moov, many megabytes, in memory.
  const config = Uint8Array.from(
    codec.readConfig(movieTrack.sampleEntry, where),
  );
  return {
    codec: codec.name,
    config,
    format: formatOf(movieTrack, codec, config, where),
    language: movieTrack.language,
    ...applyEdits(movieTrack, movieTrack.kind, where),
    files: [{ path, firstSample: 0 }],
  };
}

function formatOf(
  movieTrack: MovieTrack,
  codec: Codec,
  config: Uint8Array,
  where: string,
): MediaFormat {
  const format = codec.readFormat(movieTrack.sampleEntry, config);
  if (format.kind !== "video") return format;
  const coded = codec.codedPicture(config);
  const size = codedSizeOf(format, coded, where);
  return { ...format, ...size, ...displaySize(movieTrack, size, coded) };
}

/** The samples before the first that the file does not have whole. */
export async function wholeSamples(
  movieTrack: MovieTrack,
  path: string,
): Promise<{ track: MovieTrack; isCutOff: boolean; hasNoGroup: boolean }> {
  const { samples } = movieTrack;
  const size = await sizeOfSource(path);
  const isOutside = (i: number) =>
    at(samples.offset, i) + at(samples.size, i) > size;
  let count = 0;
  while (count < samples.count && !isOutside(count)) count++;
  const isCutOff = count < samples.count;
  const second = samples.sync.indexOf(1, 1);
  return {
    hasNoGroup: isCutOff && (second < 0 || count < second),
    track: isCutOff
      ? { ...movieTrack, samples: sliceTable(samples, 0, count) }
      : movieTrack,
    isCutOff,
  };
}

/** Requires samples inside the file that do not overlap: a small file must not become a large package. */
function requireInside(
  samples: SampleTable,
  fileSize: number,
  where: string,
): void {
  for (let i = 0; i < samples.count; i++) {
    const begin = at(samples.offset, i);
    const end = begin + at(samples.size, i);
    if (begin >= 0 && end <= fileSize) continue;
    throw new PackError(
      "input",
      `${where}: sample ${i + 1} lies at bytes ${begin} to ${end}, the file has ${fileSize}.`,
      {
        hint: "The file is cut off or its index is damaged. --salvage takes what is whole.",
      },
    );
  }
  const bytes = byteLength(samples);
  if (bytes <= fileSize) return;
  throw new PackError(
    "input",
    `${where}: its samples have ${bytes} bytes, the file ${fileSize}.`,
    { hint: "The file's index is damaged." },
  );
}

/** A finished file to package, with the user's words about it. */
export interface MuxInput {
  /** Of a media file; of the .ism of a package, which stands for all its tracks. */
  readonly path: string;
  /**
   * The tracks to take, by track ID, in this order; default: all. A file may come several
   * times with different tracks.
   */
  readonly trackIds?: readonly number[] | undefined;
  /** ISO 639-2/T language of its sound; default: the file's own. */
  readonly language?: string | undefined;
  /** Bitrate of its only track, in bits per second; default: the measured average. */
  readonly bitrate?: number | undefined;
  /** The same for single tracks, by track ID. */
  readonly tracks?: Readonly<Record<number, TrackChoice>> | undefined;
  /** The .ism of the package that the file belongs to: it may have the times of its fragments. */
  readonly manifest?: string | undefined;
}

/** Does the input stand for a whole package? */
export function isPackage({ path }: MuxInput): boolean {
  return /.\.ism$/i.test(path);
}

export interface TrackChoice {
  readonly language?: string | undefined;
  readonly bitrate?: number | undefined;
  /** As the manifests of its package name it. */
  readonly packaged?: PackagedAs | undefined;
}

/** How a finished package tells one of its tracks. */
export interface PackagedAs {
  /** The stream in addresses. */
  readonly stream: string;
  /** In bits per second: often what its encoder was asked for. */
  readonly bitrate: number;
}

/** A track of a finished file, on the 10 MHz clock. */
export interface SourceTrack {
  /** Absolute path of the file. */
  readonly path: string;
  readonly trackId: number;
  /** Its name in messages: the file's name, with the track's number where there are several. */
  readonly label: string;
  readonly kind: TrackKind;
  readonly track: Track;
  /** When its first picture begins, where it is held from 0 until then. */
  readonly late?: Ticks;
  /** The user's value; undefined when it must be measured. */
  readonly bitrate: number | undefined;
  /** The whole seconds that were taken off its times, the same for all tracks of a job; default 0. */
  readonly originSeconds?: number;
  /** Its file ends before its last sample does. */
  readonly isCutOff?: boolean;
  /** Its file ends before its second key frame begins: not one fragment is whole. */
  readonly hasNoGroup?: boolean;
  /** Its samples cannot be looked into. */
  readonly isEncrypted?: boolean;
  readonly packaged?: PackagedAs | undefined;
  /** Fragments that its file has once more, which are left out. */
  readonly doubled?: MovieTrack["doubled"] | undefined;
  /** Times of its fragments from outside of its file; see {@link ReadMovieOptions}. */
  readonly announced?: ReadMovieOptions["announced"] | undefined;
}
