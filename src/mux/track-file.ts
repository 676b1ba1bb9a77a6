import { open } from "node:fs/promises";
import { PackError, throwIfAborted } from "../errors.js";
import type { TfraEntry } from "../isobmff/boxes/random-access.js";
import type { Ticks } from "../media/time.js";
import { trackEnd, type MediaFormat, type Track } from "../media/track.js";
import { outputError } from "../output-error.js";
import { FileWriter, type ByteSource } from "./file-writer.js";
import type { Fragment } from "./fragments.js";
import {
  averageBitrate,
  fileHeader,
  fileIndex,
  fragmentHeader,
  TRACK_ID,
  type FragmentOptions,
} from "./ismv.js";
import { sampleRanges } from "./sample-ranges.js";

/** A written .ismv or .isma and its index: all that the manifests need, so that no media is read again. */
export interface TrackFile {
  /** File name in the package's folder. */
  readonly file: string;
  readonly trackId: number;
  readonly codec: string;
  readonly config: Uint8Array;
  readonly format: MediaFormat;
  readonly language: string;
  /** The stream of the manifests that it is a quality of; default: by kind and language. */
  readonly stream?: string;
  /** Measured average in bits per second, unless another was asked for. */
  readonly bitrate: number;
  readonly duration: Ticks;
  readonly fragments: readonly FragmentSpan[];
  readonly bytes: number;
}

/** When a fragment plays and where it lies in its file. */
export interface FragmentSpan {
  readonly time: Ticks;
  readonly duration: Ticks;
  readonly moofOffset: number;
}

export interface TrackFileOptions extends FragmentOptions {
  /** For the manifests and the file's header; default: the measured average. Bits per second. */
  readonly bitrate?: number | undefined;
  /** See {@link TrackFile.stream}. */
  readonly stream?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes of the file are written, now and then. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Writes one track as `ftyp moov (moof mdat)+ mfra` and flushes it to the disk.
 *
 * @param path where to write; nothing may stand there
 * @param file its name in the package
 * @throws PackError `output` when the disk refuses, `aborted` when the signal fired
 */
export async function writeTrackFile(
  track: Track,
  fragments: readonly Fragment[],
  path: string,
  file: string,
  options: TrackFileOptions = {},
): Promise<TrackFile> {
  const bitrate = options.bitrate ?? averageBitrate(track);
  const sources: ByteSource[] = [];
  let writer: FileWriter | undefined;
  try {
    writer = await FileWriter.create(path);
    for (const { path, bytes } of track.files)
      sources.push(bytes ?? (await open(path, "r")));
    writer.write(fileHeader(track, bitrate));
    const spans = await writeFragments(
      writer,
      track,
      fragments,
      sources,
      options,
    );
    writer.write(fileIndex(spans satisfies readonly TfraEntry[]));
    await writer.finish();
    const { codec, config, format, language } = track;
    const duration = trackEnd(track.samples);
    return {
      file,
      trackId: TRACK_ID,
      codec,
      config,
      format,
      language,
      ...(options.stream !== undefined && { stream: options.stream }),
      bitrate,
      duration,
      fragments: spans,
      bytes: writer.position,
    };
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    throw outputError(path, cause);
  } finally {
    await writer?.close();
    for (const source of sources)
      if (!(source instanceof Uint8Array)) await source.close();
  }
}

async function writeFragments(
  writer: FileWriter,
  track: Track,
  fragments: readonly Fragment[],
  sources: readonly ByteSource[],
  options: TrackFileOptions,
): Promise<FragmentSpan[]> {
  const spans: FragmentSpan[] = [];
  for (const [i, fragment] of fragments.entries()) {
    throwIfAborted(options.signal);
    const { time, duration } = fragment;
    spans.push({ time, duration, moofOffset: writer.position });
    writer.write(fragmentHeader(track, fragment, i + 1, options));
    copySamples(writer, track, fragment, sources);
    await writer.turn();
    options.onBytes?.(writer.position);
  }
  return spans;
}

function copySamples(
  writer: FileWriter,
  track: Track,
  fragment: Fragment,
  sources: readonly ByteSource[],
): void {
  for (const range of sampleRanges(track, fragment)) {
    const source = sources[range.file];
    if (source === undefined)
      throw new RangeError(`no source file ${range.file}`);
    writer.copy(source, range.offset, range.length);
  }
}
