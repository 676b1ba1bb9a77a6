import { basename, join } from "node:path";
import { PackError } from "../errors.js";
import type { Tools } from "../ffmpeg/find.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { lastLines, runTool } from "../ffmpeg/run.js";
import { taskOf } from "../ffmpeg/stall.js";
import { openForReading } from "../isobmff/media-source.js";
import { hasFragments } from "../isobmff/read-movie.js";
import { readAt } from "../isobmff/scan.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import type { Track } from "../media/track.js";
import { FrameHashes } from "../repair/frame-hashes.js";
import type { SourceTrack } from "../tracks/read-track.js";
import { isFolder } from "../util/files.js";
import type { MuxPlan, NamedTrack } from "./mux-plan.js";
import {
  movedBy,
  requireTogether,
  timesInFragments,
  timesOnClock,
  type Moved,
  type ShownTimes,
} from "./time-proof.js";

/** What the frames of a new track are, by their hashes in both files. */
export interface TrackProof {
  /** Who hashed them: ffmpeg; or mss-pack, as ffmpeg reads no PIFF: each sample as it is encrypted, with its vector. */
  readonly by: "framemd5" | "encrypted samples";
  /** The new file. */
  readonly file: string;
  /** The name of the old file or folder, and its track. */
  readonly source: string;
  readonly trackId: number;
  /** Pictures, or frames of sound, that have the same bytes in the same order. */
  readonly same: number;
  /** Frames of silence where the old track has nothing. */
  readonly added: number;
  /** Frames of the old track that are not in the new one: before its begin, and behind its end. */
  readonly leftOut: number;
}

export interface ProofOptions {
  readonly tools: Tools;
  readonly signal: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/**
 * Compares each new track with its source: ffmpeg, which has written neither, gives the hash of each frame as
 * it is stored. Frames must be shown when they were: all tracks may be moved by the same time.
 *
 * @param folder of the new files
 * @throws PackError `verify` when a frame differs or is shown at another time, `tool` or `aborted`
 */
export async function proveFrames(
  { tracks }: MuxPlan,
  folder: string,
  options: ProofOptions,
): Promise<TrackProof[]> {
  const proved: ProvedTrack[] = [];
  for (const track of tracks) {
    proved.push(await proveTrack(track, folder, options));
    options.onProgress?.(proved.length / tracks.length);
  }
  requireTogether(proved.map(({ moved }) => moved));
  return proved.map(({ proof }) => proof);
}

interface ProvedTrack {
  readonly proof: TrackProof;
  readonly moved: Moved;
}

async function proveTrack(
  { source, file }: NamedTrack,
  folder: string,
  options: ProofOptions,
): Promise<ProvedTrack> {
  const { path, trackId, track } = source;
  const all = await framesOf(path, trackId, options);
  const twice = doubledSamples(source);
  const old = all.hashes.filter((i) => !twice.has(i));
  const madePath = join(folder, file);
  const made = await framesOf(madePath, 1, options);
  const isKept = (i: number) => !isAdded(track, i);
  const kept = made.hashes.filter(isKept);
  const { count } = track.samples;
  const place = made.hashes.count === count ? old.placeOf(kept) : -1;
  const name = basename(path);
  if (place < 0)
    throw new PackError(
      "verify",
      `${file}: its frames are not those of ${name} track ${trackId}: framemd5 has ${old.count} there and ${made.hashes.count} here, expected ${count}${all.complaint}.`,
    );
  const numbers = Array.from({ length: count }, (_, i) => i).filter(isKept);
  const moved = movedBy({
    file,
    old: await timesOf(source, all),
    made: (await timesInFragments(madePath, 1)).times,
    pairs: numbers.map((to, i) => [place + i, to] as const),
  });
  const same = kept.count;
  const added = count - same;
  const leftOut = old.count - same;
  const by = "framemd5" as const;
  const proof = { by, file, source: name, trackId, same, added, leftOut };
  return { proof, moved };
}

/** A frame of silence. */
function isAdded({ files }: Track, i: number): boolean {
  return files.some((part, k) => {
    const end = files[k + 1]?.firstSample ?? Infinity;
    return part.path === "" && i >= part.firstSample && i < end;
  });
}

function doubledSamples({ doubled = [] }: SourceTrack): Set<number> {
  const numbers = doubled.flatMap(({ firstSample, sampleCount }) =>
    Array.from({ length: sampleCount }, (_, i) => firstSample + i),
  );
  return new Set(numbers);
}

/** ffmpeg applies the edit lists of a plain file. Times of fragments it does not always know, so their boxes are read. */
async function timesOf(
  { path, trackId, announced }: SourceTrack,
  { hashes, timescale }: Frames,
): Promise<ShownTimes> {
  if (await hasFragments(path))
    return timesInFragments(path, trackId, { announced, salvage: true });
  return timesOnClock(hashes.times, timescale);
}

/** A stranger's file may be a playlist under another name. */
const ONLY_MP4 = [
  ...["-protocol_whitelist", "file,pipe"],
  ...["-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2"],
];

/** The frames of a track, as ffmpeg gives them. */
interface Frames {
  readonly hashes: FrameHashes;
  /** Ticks per second of their times. */
  readonly timescale: number;
  readonly complaint: string;
}

async function framesOf(
  path: string,
  trackId: number,
  { tools, signal }: ProofOptions,
): Promise<Frames> {
  const stdin = (await isFolder(path)) ? joined(path) : undefined;
  const args = [
    ...(stdin === undefined ? ["-nostdin"] : []),
    ...["-hide_banner", "-nostats", "-loglevel", "error", ...ONLY_MP4],
    ...["-copyts", "-i", stdin === undefined ? path : "pipe:0"],
    ...["-map", `0:i:${trackId}`, "-c", "copy", "-copyinkf"],
    ...["-f", "framemd5", "pipe:1"],
  ];
  const hashes = new FrameHashes();
  let timescale = SMOOTH_TIMESCALE;
  const onLine = (line: string) => {
    const [, time, hash] = FRAME.exec(line) ?? [];
    if (hash !== undefined) hashes.push(hash, BigInt(time ?? 0));
    timescale = Number(CLOCK.exec(line)?.[1] ?? timescale);
  };
  const task = taskOf(tools, path, "verify");
  const run = await runTool(tools.ffmpeg.path, args, {
    ...{ signal, task, onLine },
    ...(stdin && { stdin }),
  });
  // Of a file that is cut off ffmpeg complains, and gives what is whole.
  const { stderr } = requireNotKilled(run, "ffmpeg");
  const words = lastLines(stderr, 1);
  return { hashes, timescale, complaint: words && ` (${words})` };
}

/** Stream, decode time, time, duration, size, hash. */
const FRAME = /^\d+,[^,]*,\s*(?:(-?\d+)|NOPTS),.*,\s*([\da-f]{32})\s*(?:,|$)/;
const CLOCK = /^#tb \d+: 1\/(\d+)/;

/** A folder of fragments goes to ffmpeg in parts of this size. */
const PART = 1024 * 1024;

async function* joined(path: string): AsyncGenerator<Uint8Array> {
  const file = await openForReading(path);
  try {
    const { size } = await file.stat();
    for (let at = 0; at < size; at += PART)
      yield await readAt(file, at, Math.min(PART, size - at));
  } finally {
    await file.close();
  }
}
