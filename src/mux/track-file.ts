import { open, type FileHandle } from "node:fs/promises";
import type { ProtectionRequest } from "../drm/index.js";
import { PackError, outputError } from "../errors.js";
import type { TrackFile } from "../media/presentation.js";
import type { Fragments } from "../media/fragments.js";
import { trackEnd, averageBitrate } from "../media/track.js";
import { partsOf, layOut, type FileLayout } from "./file-layout.js";
import { describeProtection, type OutTrack } from "./protection.js";
import { fileIndex, TRACK_ID, type FragmentOptions } from "./track-boxes.js";
import { whileUnchanged } from "./protect-tracks.js";
import { startThreads, writeParts, type Threads } from "./write-threads.js";

/** A track file to write. */
export interface PlannedFile {
  /** The file's path; no file may stand there. */
  readonly path: string;
  /** Its name in the package. */
  readonly file: string;
  /** With samples that are encrypted already, it has their protection. */
  readonly track: OutTrack;
  readonly fragments: Fragments;
  /**
   * In bits per second, for the manifests and the file's header; default: the measured
   * average.
   */
  readonly bitrate?: number | undefined;
  /** See {@link TrackFile.stream}. */
  readonly stream?: string | undefined;
}

export interface TrackFileOptions extends FragmentOptions {
  /** Wait until all is on the disk. Default true. */
  readonly fsync?: boolean | undefined;
  /** Encrypt all samples. */
  readonly protection?: ProtectionRequest | undefined;
  /** Threads that were started before; default: started when there is enough to write. */
  readonly threads?: Threads | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the written share, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/**
 * Writes tracks as `ftyp moov (moof mdat)+ mfra`, a file each, and flushes them
 * to the disk.
 *
 * @throws PackError `output` when the disk refuses, `usage` for a protection that cannot
 * be written, `unsupported` for samples that cannot be protected, `input` when a source file
 * ends too early or changes under vectors made of it, `aborted` when the signal fired
 */
export async function writeTrackFiles(
  planned: readonly PlannedFile[],
  options: TrackFileOptions = {},
): Promise<TrackFile[]> {
  const sources = planned.flatMap(({ track }) => track.files);
  return whileUnchanged(
    sources.map(({ path }) => path),
    options.protection,
    () => writeAll(planned, options),
  );
}

async function writeAll(
  planned: readonly PlannedFile[],
  options: TrackFileOptions,
): Promise<TrackFile[]> {
  const files = await filesToWrite(planned, options);
  const opened: OpenFile[] = [];
  try {
    for (const plan of files) opened.push(await openFile(plan, options));
    await writeFragments(opened, options);
    return opened.map(describe);
  } finally {
    for (const { handle } of opened) await handle.close();
  }
}

interface FileToWrite extends PlannedFile {
  readonly track: OutTrack;
}

/** The code that protects is loaded only when it is needed. */
async function filesToWrite(
  planned: readonly PlannedFile[],
  { protection, signal }: TrackFileOptions,
): Promise<readonly FileToWrite[]> {
  if (protection === undefined) return planned;
  const { protectTracks } = await import("./protect-tracks.js");
  // Text stays in the clear: clients read it themselves and have no key.
  const isText = ({ track }: PlannedFile) => track.format.kind === "text";
  const media = planned.filter((file) => !isText(file));
  const encrypted = await protectTracks(media, protection, signal);
  return [...encrypted, ...planned.filter(isText)];
}

interface OpenFile {
  readonly plan: FileToWrite;
  readonly handle: FileHandle;
  readonly bitrate: number;
  readonly layout: FileLayout;
  readonly bytes: number;
}

/** Creates the file with everything but its fragments. */
async function openFile(
  plan: FileToWrite,
  options: FragmentOptions,
): Promise<OpenFile> {
  const { path, track, fragments } = plan;
  const bitrate = plan.bitrate ?? averageBitrate(track);
  const layout = layOut(track, fragments, bitrate, options);
  const index = fileIndex(fragments, layout.moofOffsets);
  const handle = await refusing(path, () => open(path, "wx"));
  try {
    await refusing(path, async () => {
      await handle.write(layout.header, 0, undefined, 0);
      await handle.write(index, 0, undefined, layout.indexOffset);
    });
  } catch (error) {
    await handle.close();
    throw error;
  }
  const bytes = layout.indexOffset + index.length;
  return { plan, handle, bitrate, layout, bytes };
}

async function writeFragments(
  files: readonly OpenFile[],
  fileOptions: TrackFileOptions,
): Promise<void> {
  const { signal, onProgress, fsync = true, tfdt, layout } = fileOptions;
  const options: FragmentOptions = { tfdt, layout };
  const parts = partsOf(
    files.map(({ plan: { path, track, fragments }, layout }) => ({
      ...{ path, track, fragments, options, layout },
    })),
  );
  const flush = fsync ? flusher(files.map(({ handle }) => handle)) : undefined;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const threads =
    fileOptions.threads ??
    startThreads(bytes, fileOptions.protection !== undefined);
  let written = 0;
  await refusing(files[0]?.plan.path ?? "", async () => {
    try {
      await writeParts(parts, threads, signal, () => {
        onProgress?.(++written / parts.length);
        flush?.wrote();
      });
    } finally {
      await threads.close();
    }
    await flush?.finish();
  });
}

function describe({ plan, bitrate, bytes, layout }: OpenFile): TrackFile {
  const { file, track, stream, fragments } = plan;
  const { codec, config, format, language } = track;
  const protection = describeProtection(track);
  const { moofOffsets: offset, indexOffset } = layout;
  return {
    ...{ file, trackId: TRACK_ID, codec, config, format, language, stream },
    ...{ bitrate, bytes, fragments, protection },
    places: {
      offset,
      end: Float64Array.of(...offset.subarray(1), indexOffset),
    },
    duration: trackEnd(track.samples),
  };
}

/** Runs work on a file; an error of the disk becomes an `output` error. */
async function refusing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    throw outputError(path, cause);
  }
}

/** Flushes files to the disk during writing, to avoid a long wait at the end. */
interface Flusher {
  /** Called after each part. */
  wrote(): void;
  /** Flushes everything, after the last write. */
  finish(): Promise<void>;
}

/** Flushing has a cost of its own, so this many parts (64 MB) share one flush. */
const PARTS_A_FLUSH = 4;

function flusher(files: readonly FileHandle[]): Flusher {
  let running: Promise<unknown> | undefined;
  let parts = 0;
  return {
    wrote() {
      if (++parts % PARTS_A_FLUSH !== 0) return;
      // The last flush reports a failure.
      running ??= Promise.allSettled(files.map((file) => file.datasync())).then(
        () => (running = undefined),
      );
    },
    async finish() {
      await running;
      await Promise.all(files.map((file) => file.sync()));
    },
  };
}
