import { codecNamed, codecOfSampleEntry } from "../codecs/index.js";
import {
  protectRewrite,
  type TrackToProtect,
} from "../drm/finished/protect-file.js";
import type { FileRewrite } from "../drm/finished/rewrite-file.js";
import type { ProtectionRequest } from "../drm/index.js";
import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import type { Track } from "../media/track.js";
import {
  protectTracks,
  whileUnchanged,
  type ProtectedTrack,
} from "../mux/protect-tracks.js";
import { describeProtection } from "../mux/protection.js";
import type { MediaFile } from "./finished-package.js";
import type { ProtectedFile } from "./protected-package.js";
import { writeAnew, type WriteOptions } from "./rewrite-package.js";

/**
 * Writes the media of a clear package protected. Files of text are copied.
 *
 * @returns how much of each track is encrypted
 * @throws PackError `input` for a file that cannot be read, `unsupported` for samples that cannot be protected,
 * `output` or `aborted`
 */
export function protectMedia(
  media: readonly MediaFile[],
  protection: ProtectionRequest,
  write: WriteOptions,
): Promise<ProtectedFile[]> {
  const paths = media.map(({ path }) => path);
  return whileUnchanged(paths, protection, async () => {
    const files = await protectedFiles(media, protection, write.signal);
    for (const { file, tracks } of files)
      await writeAnew(file, rewriteOf(tracks), write);
    return files.flatMap(({ tracks }) => tracks.map(described));
  });
}

interface FileToWrite {
  readonly file: MediaFile;
  readonly tracks: readonly FiledTrack[];
}

interface FiledTrack extends ClearTrack {
  readonly track: ProtectedTrack;
}

/** All tracks together, so that no initialization vector comes twice among them. */
async function protectedFiles(
  media: readonly MediaFile[],
  protection: ProtectionRequest,
  signal: AbortSignal | undefined,
): Promise<FileToWrite[]> {
  const clear: ClearTrack[][] = [];
  for (const file of media)
    clear.push(file.isText ? [] : await clearTracks(file.path, file.file));
  const all = await protectTracks(clear.flat(), protection, signal);
  let first = 0;
  return media.map((file, i) => {
    const count = clear[i]?.length ?? 0;
    first += count;
    return { file, tracks: all.slice(first - count, first) };
  });
}

/** @returns undefined for a file without a track to protect */
function rewriteOf(tracks: readonly FiledTrack[]): FileRewrite | undefined {
  const byId = new Map<number, TrackToProtect>();
  for (const { trackId, track } of tracks) {
    const { protection, codec, samples } = track;
    const { kind } = codecNamed(codec);
    byId.set(trackId, { protection, samples, kind });
  }
  return byId.size === 0 ? undefined : protectRewrite(byId);
}

function described({ file, track }: FiledTrack): ProtectedFile {
  return { file, protection: describeProtection(track) };
}

/** A track of a finished file, with what its protection needs. */
interface ClearTrack {
  /**
   * The source of its initialization vectors: the file's name, and the track's number when
   * there are several.
   */
  readonly file: string;
  readonly trackId: number;
  readonly track: Track;
}

/**
 * The tracks of a clear file, with their samples where they lie. All times stay as they
 * are.
 *
 * @throws PackError `input` for a file that cannot be read, `unsupported` for a file that
 * is encrypted, or that no client could decrypt
 */
async function clearTracks(path: string, file: string): Promise<ClearTrack[]> {
  const movie = await readMovie(path);
  return movie.map((movieTrack) => ({
    file: movie.length === 1 ? file : `${file} track ${movieTrack.trackId}`,
    trackId: movieTrack.trackId,
    track: trackOf(movieTrack, path),
  }));
}

function trackOf(movieTrack: MovieTrack, path: string): Track {
  const { sampleEntry, samples, language, timescale, trackId } = movieTrack;
  const codec = codecOfSampleEntry(sampleEntry.type);
  const where = `${path} track ${trackId}`;
  if (codec === undefined)
    throw new PackError(
      "unsupported",
      `${where}: is ${sampleEntry.type}. Expected H.264 or AAC-LC in the clear.`,
    );
  const config = Uint8Array.from(codec.readConfig(sampleEntry, where));
  return {
    ...{ codec: codec.name, config, language, timescale, samples },
    format: codec.readFormat(sampleEntry, config),
    files: [{ path, firstSample: 0 }],
  };
}
