import { basename, join } from "node:path";
import { PackError } from "../errors.js";
import type { Tools } from "../ffmpeg/find.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { lastLines, runTool } from "../ffmpeg/run.js";
import { taskOf } from "../ffmpeg/stall.js";
import { openForReading } from "../isobmff/media-source.js";
import { readAt } from "../isobmff/scan.js";
import { FrameHashes } from "../repair/frame-hashes.js";
import { isFolder } from "../util/files.js";
import type { MuxPlan, NamedTrack } from "./mux-plan.js";

/** What the frames of a new track are, by ffmpeg's framemd5 of both files. */
export interface TrackProof {
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
 * it is stored.
 *
 * @param folder of the new files
 * @throws PackError `verify` when a frame differs, `tool` or `aborted`
 */
export async function proveFrames(
  { tracks }: MuxPlan,
  folder: string,
  options: ProofOptions,
): Promise<TrackProof[]> {
  const proofs: TrackProof[] = [];
  for (const track of tracks) {
    proofs.push(await proveTrack(track, folder, options));
    options.onProgress?.(proofs.length / tracks.length);
  }
  return proofs;
}

async function proveTrack(
  { source: { path, trackId, track }, file }: NamedTrack,
  folder: string,
  options: ProofOptions,
): Promise<TrackProof> {
  const { hashes: all, complaint } = await hashesOf(path, trackId, options);
  const made = await hashesOf(join(folder, file), 1, options);
  const isAdded = (i: number) =>
    track.files.some((part, k) => {
      const end = track.files[k + 1]?.firstSample ?? Infinity;
      return part.path === "" && i >= part.firstSample && i < end;
    });
  const kept = made.hashes.filter((i) => !isAdded(i));
  const { count } = track.samples;
  const place = made.hashes.count === count ? all.placeOf(kept) : -1;
  const source = basename(path);
  if (place >= 0)
    return {
      ...{ file, source, trackId, same: kept.count },
      added: count - kept.count,
      leftOut: all.count - kept.count,
    };
  throw new PackError(
    "verify",
    `${file}: its frames are not those of ${source} track ${trackId}: framemd5 has ${all.count} there and ${made.hashes.count} here, expected ${count}${complaint}.`,
  );
}

/** A stranger's file may be a playlist under another name. */
const ONLY_MP4 = [
  ...["-protocol_whitelist", "file,pipe"],
  ...["-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2"],
];

async function hashesOf(
  path: string,
  trackId: number,
  { tools, signal }: ProofOptions,
): Promise<{ hashes: FrameHashes; complaint: string }> {
  const stdin = (await isFolder(path)) ? joined(path) : undefined;
  const args = [
    ...(stdin === undefined ? ["-nostdin"] : []),
    ...["-hide_banner", "-nostats", "-loglevel", "error", ...ONLY_MP4],
    ...["-i", stdin === undefined ? path : "pipe:0", "-map", `0:i:${trackId}`],
    ...["-c", "copy", "-copyinkf", "-f", "framemd5", "pipe:1"],
  ];
  const hashes = new FrameHashes();
  const onLine = (line: string) => {
    const hash = /^\d+,.*,\s*([\da-f]{32})\s*(?:,|$)/.exec(line)?.[1];
    if (hash !== undefined) hashes.push(hash);
  };
  const task = taskOf(tools, path, "verify");
  const run = await runTool(tools.ffmpeg.path, args, {
    ...{ signal, task, onLine },
    ...(stdin && { stdin }),
  });
  // Of a file that is cut off ffmpeg complains, and gives what is whole.
  const { stderr } = requireNotKilled(run, "ffmpeg");
  const words = lastLines(stderr, 1);
  return { hashes, complaint: words && ` (${words})` };
}

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
