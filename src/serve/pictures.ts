import { LRUCache } from "lru-cache";
import { messageOf } from "../errors.js";
import { findTools } from "../ffmpeg/find.js";
import { runTool } from "../ffmpeg/run.js";
import { taskOf } from "../ffmpeg/stall.js";
import { concat } from "../isobmff/bytes.js";
import { readAt, scanBoxes } from "../isobmff/scan.js";
import { rescale, SMOOTH_TIMESCALE } from "../media/time.js";
import { lastNotAfter } from "../smooth/read-streams.js";
import { inItsFile } from "./fragment-file.js";
import type { OpenFile, OpenFiles, ServedFile } from "./open-files.js";
import type { LoadedPackage, ServedLevel } from "./package.js";
import { headOf, type ServedFragment } from "./send-fragment.js";
import { TaskPool } from "./task-pool.js";

/** Two at a time leave a processor for viewers. */
const AT_ONCE = 2;
const MOST_WAITING = 100;

/** Longer fragments are not decoded for a still: they are held in memory. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Room for stills that are kept: some 20 kB a poster, 5 kB a thumbnail. */
const KEPT_BYTES = 16 * 1024 * 1024;

/** Memory of the entry itself. */
const ENTRY_BYTES = 512;

/** By then a full disk, a busy machine or a missing ffmpeg may be mended. */
const TRY_AGAIN_MS = 60_000;

/** The result for a fragment: a JPEG, or nothing. */
interface KeptStill {
  readonly bytes: Buffer | undefined;
}

/** A frame takes a moment. An ffmpeg without output for so long hangs. */
const PATIENCE_SECONDS = 15;

/** Stills of films, made with ffmpeg and kept for a while. */
export class Pictures {
  readonly #files: OpenFiles;
  readonly #ffmpegPath: string | undefined;
  readonly #onWarning: (sentence: string) => void;
  readonly #jobs = new TaskPool<Buffer | undefined>(AT_ONCE, MOST_WAITING);
  readonly #nowMs: () => number;
  readonly #kept: LRUCache<string, KeptStill>;
  #ffmpeg: Promise<string | undefined> | undefined;
  /** When to look again for an ffmpeg that was not found. */
  #lookAgainMs = Infinity;
  #isMissingTold = false;

  /** @param nowMs a clock that is never set back */
  constructor(
    files: OpenFiles,
    ffmpegPath: string | undefined,
    onWarning: (sentence: string) => void,
    nowMs = () => performance.now(),
  ) {
    this.#files = files;
    this.#ffmpegPath = ffmpegPath;
    this.#onWarning = onWarning;
    this.#nowMs = nowMs;
    this.#kept = new LRUCache({
      maxSize: KEPT_BYTES,
      sizeCalculation: ({ bytes }) => ENTRY_BYTES + (bytes?.length ?? 0),
      perf: { now: nowMs },
      ttlResolution: 0,
    });
  }

  /**
   * @param signal fires when the client is gone
   * @returns a JPEG; undefined when none can be made
   * @throws Busy when too many others wait
   */
  async get(still: Still, signal: AbortSignal): Promise<Buffer | undefined> {
    const key = keyOf(still);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept.bytes;
    return this.#jobs.run(key, signal, async (stopped) => {
      const bytes = await this.#make(still, stopped);
      // A failure is kept for a minute. Otherwise each request would start a program.
      const ttl = bytes === undefined ? TRY_AGAIN_MS : 0;
      this.#kept.set(key, { bytes }, { ttl });
      return bytes;
    });
  }

  /** Is there an ffmpeg? If there was none, looks again after a minute. */
  async canMake(): Promise<boolean> {
    return (await this.#tool()) !== undefined;
  }

  close(): void {
    this.#jobs.stopAll();
  }

  async #tool(): Promise<string | undefined> {
    if (this.#nowMs() >= this.#lookAgainMs) this.#ffmpeg = undefined;
    this.#ffmpeg ??= this.#findFfmpeg();
    return this.#ffmpeg;
  }

  async #make(still: Still, signal: AbortSignal): Promise<Buffer | undefined> {
    const ffmpeg = await this.#tool();
    if (ffmpeg === undefined) return undefined;
    const stdin = await this.#readInput(still.fragment);
    if (stdin === undefined) return undefined;
    const chunks: Buffer[] = [];
    const task = taskOf(
      { stallTimeoutSeconds: PATIENCE_SECONDS },
      "still",
      "tool",
    );
    const { exitCode } = await runTool(ffmpeg, ffmpegArgs(still), {
      ...{ stdin, signal, task },
      onBytes: (bytes) => chunks.push(bytes),
    });
    const jpeg = Buffer.concat(chunks);
    return exitCode === 0 && jpeg.length > 0 ? jpeg : undefined;
  }

  async #findFfmpeg(): Promise<string | undefined> {
    this.#lookAgainMs = Infinity;
    try {
      const { ffmpeg } = await findTools({ ffmpegPath: this.#ffmpegPath });
      this.#isMissingTold = false;
      return ffmpeg.path;
    } catch (error) {
      this.#lookAgainMs = this.#nowMs() + TRY_AGAIN_MS;
      if (!this.#isMissingTold)
        this.#onWarning(`There are no posters: ${messageOf(error)}`);
      this.#isMissingTold = true;
      return undefined;
    }
  }

  /** Input for a decoder: the head of the file, and the fragment. */
  async #readInput(fragment: ServedFragment): Promise<Uint8Array | undefined> {
    const { level, number } = await inItsFile(fragment);
    const header = await this.#read(fragment.level.file, (open, file) =>
      readHeader(open, file.size),
    );
    return this.#read(level.file, async (open) => {
      const own = { level, number, duration: undefined };
      const { size } = await headOf(own, open);
      if (size + header.length > MOST_BYTES) return undefined;
      const begin = level.fragments.offset[number] ?? 0;
      return concat([header, await readAt(open.handle, begin, size)]);
    });
  }

  async #read<T>(
    file: ServedFile,
    read: (open: OpenFile, file: ServedFile) => Promise<T>,
  ): Promise<T> {
    const open = await this.#files.take(file);
    try {
      return await read(open, file);
    } finally {
      this.#files.release(open);
    }
  }
}

/** The bytes in front of the first fragment. */
async function readHeader(
  { handle }: OpenFile,
  size: number,
): Promise<Uint8Array> {
  let end = 0;
  for await (const span of scanBoxes(handle, size)) {
    if (span.type === "moof") break;
    end = span.start + span.size;
  }
  return readAt(handle, 0, Math.min(end, MOST_BYTES));
}

function ffmpegArgs({ fragment, width }: Still): string[] {
  return [
    ...["-v", "error"],
    // A stranger's file must open nothing else: no playlist, no address.
    ...[
      "-protocol_whitelist",
      "pipe",
      "-format_whitelist",
      "mov,mp4,m4a,3gp,3g2,mj2",
    ],
    ...["-i", "pipe:0"],
    // The right track, when a file has several.
    ...["-map", `0:i:${fragment.level.trackId}`, "-frames:v", "1"],
    // As it is displayed: pixels may not be square.
    ...["-vf", `scale=${width}:'max(2,trunc(${width}/dar/2)*2)'`],
    // A JPEG has full range.
    ...["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "5"],
    ...["-f", "image2pipe", "pipe:1"],
  ];
}

/** A still of a film: its fragment and its width. */
export interface Still {
  readonly fragment: ServedFragment;
  readonly width: number;
}

const POSTER_WIDTH = 480;
const THUMBNAIL_WIDTH = 160;

/** A poster shows the film after its titles, a tenth on. */
const POSTER_AT = 0.1;

/** The frame for a poster, from the smallest rung that is large enough; undefined for a film without pictures. */
export function posterOf(loaded: LoadedPackage): Still | undefined {
  const levels = pictureLevels(loaded);
  const large = levels.filter(({ width = 0 }) => width >= POSTER_WIDTH);
  const level = large[0] ?? levels.at(-1);
  if (level === undefined) return undefined;
  const ticks = Math.floor(loaded.duration * POSTER_AT);
  return { fragment: fragmentWith(level, ticks), width: POSTER_WIDTH };
}

/** The frame for a place in the film, from the lowest rung. @param ticks of 10 MHz */
export function thumbnailOf(
  loaded: LoadedPackage,
  ticks: number,
): Still | undefined {
  const [level] = pictureLevels(loaded);
  if (level === undefined) return undefined;
  return { fragment: fragmentWith(level, ticks), width: THUMBNAIL_WIDTH };
}

/** Lowest bitrate first. */
function pictureLevels({ streams }: LoadedPackage): ServedLevel[] {
  const video = streams.find(({ type }) => type === "video");
  return [...(video?.levels ?? [])].sort((a, b) => a.bitrate - b.bitrate);
}

/** The fragment at a tick of 10 MHz, counted from the begin of the film. */
function fragmentWith(level: ServedLevel, ticks: number): ServedFragment {
  const { stream, fragments } = level;
  const first = stream.times[0] ?? fragments.time[0] ?? 0n;
  const later = rescale(ticks, SMOOTH_TIMESCALE, stream.timescale);
  const time = first + BigInt(later);
  const number = Math.max(0, lastNotAfter(fragments.time, time));
  return { level, number, duration: undefined };
}

/** The key of a still; it differs for a film that was replaced. */
export function keyOf({ fragment: { level, number }, width }: Still): string {
  const { file, trackId, fragments } = level;
  const place = fragments.files ? number : fragments.offset[number];
  return `${file.identity}-${trackId}-${place}-${width}`;
}
