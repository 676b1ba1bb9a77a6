import { join } from "node:path";
import type { Tools } from "../ffmpeg/find.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { lastLines, runTool } from "../ffmpeg/run.js";
import { watchedTask } from "../ffmpeg/stall.js";
import { complaintsIn } from "../ffmpeg/stderr.js";
import type { FindingPlace } from "./finding.js";
import type { CheckedTrack } from "./package-check.js";

/**
 * Frames are counted and numbered anew. With its own guess of the frame rate, ffmpeg
 * would drop or double some, and complain about it.
 */
const EVERY_FRAME_ONCE = ["-vf", "setpts=N/25/TB", "-r", "25"];

/**
 * Of HEVC ffmpeg calls few damaged slices an error. Where the encoder wrote the hash of each
 * picture, it shows them all. ISO/IEC 23008-2 D.2.19
 */
const COMPARE_HASHES = ["-err_detect", "crccheck"];

/**
 * A stranger's file may be a playlist under another name. It must neither be read as one
 * nor open anything else. ffmpeg's demuxer has all of these names at once.
 */
const ONLY_MP4 = [
  ...["-protocol_whitelist", "file,pipe"],
  ...["-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2"],
];

/** Seeks to these three fragments show more than seeks to any other three. */
export function fragmentsToTry({ fragments }: CheckedTrack): Set<number> {
  return new Set([0, Math.floor(fragments / 2), fragments - 1]);
}

export function decoderOf(
  folder: string,
  { file, kind, trackId }: CheckedTrack,
  tools: Tools,
  signal: AbortSignal | undefined,
): Decoder {
  const path = join(folder, file);
  return { path, trackId, tools, isVideo: kind === "video", signal };
}

/** The run of ffmpeg on a track. */
export interface Decoder {
  /** The file's path, for messages. */
  readonly path: string;
  readonly trackId: number;
  readonly tools: Tools;
  readonly isVideo: boolean;
  readonly signal: AbortSignal | undefined;
}

export interface DecodeResult {
  /** The number of decoded frames. */
  readonly frames: number;
  /** When the last of them ends: of sound, which has no count of frames. */
  readonly microseconds: number;
  /** Decoded without a complaint. */
  readonly isRight: boolean;
}

/**
 * Decodes a file, or bytes, and counts the frames.
 *
 * @param stdin the bytes to decode; undefined: the file itself
 * @param place gets the complaints
 */
export async function decode(
  { path, trackId, tools, isVideo, signal }: Decoder,
  stdin: Uint8Array | AsyncIterable<Uint8Array> | undefined,
  place?: FindingPlace,
): Promise<DecodeResult> {
  const args = [
    ...(stdin === undefined ? ["-nostdin"] : []),
    // ffmpeg reports damage in a warning, or, for invented parts, at level info:
    // stderr.ts has the list. The warning may be missing: threads race for it.
    ...["-hide_banner", "-nostats", "-loglevel", "level+info"],
    ...["-progress", "pipe:1"],
    ...(isVideo ? COMPARE_HASHES : []),
    ...ONLY_MP4,
    ...["-i", stdin === undefined ? path : "pipe:0"],
    // A file may have several tracks.
    ...["-map", `0:i:${trackId}`],
    ...(isVideo ? EVERY_FRAME_ONCE : []),
    ...["-f", "null", "-"],
  ];
  const counts = new Map<string, number>();
  const onLine = (line: string) => {
    const [, name = "", count] =
      /^(frame|out_time_us|out_time_ms)=\s*(\d+)/.exec(line) ?? [];
    if (count !== undefined) counts.set(name, Number(count));
  };
  const task = watchedTask(tools, path, "verify");
  let complaint: string | undefined;
  const onErrorLine = (line: string) => {
    complaint = complaintsIn(line).at(-1) ?? complaint;
  };
  const options = {
    signal,
    task,
    onLine,
    onErrorLine,
    ...(stdin && { stdin }),
  };
  const run = await runTool(tools.ffmpeg.path, args, options);
  const { exitCode, stderr } = requireNotKilled(run, "ffmpeg");
  const isRight = exitCode === 0 && complaint === undefined;
  if (!isRight) {
    const words =
      complaint ?? (lastLines(stderr, 1) || `exit code ${exitCode}`);
    place?.fault("decode", `ffmpeg complains while decoding: ${words}`);
  }
  return {
    frames: counts.get("frame") ?? 0,
    // Both are microseconds; old builds have only the second.
    microseconds: counts.get("out_time_us") ?? counts.get("out_time_ms") ?? 0,
    isRight,
  };
}
