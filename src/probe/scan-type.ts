import type { Tools } from "../ffmpeg/find.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { runTool } from "../ffmpeg/run.js";
import { watchedTask } from "../ffmpeg/stall.js";
import {
  type Scan,
  type SourceInfo,
  type SourceVideo,
  videoIn,
  withStream,
} from "./source-info.js";

/**
 * Looks at the picture itself where it may be interlaced: captures and bad conversions
 * do not declare it, and telecined film declares it wrongly.
 *
 * @returns the source with the `scan` that was seen
 */
export async function withSeenScan(
  source: SourceInfo,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<SourceInfo> {
  const video = videoIn(source);
  if (video === undefined || !mayBeInterlaced(video)) return source;
  const counts = { tff: 0, bff: 0, progressive: 0, single: 0, repeated: 0 };
  for (const share of LOOKED_AT) {
    const at = share * video.durationSeconds;
    addCounts(counts, await idet(source, video, at, tools, signal));
    if (isPlainlyProgressive(video, counts)) break;
  }
  return withStream(source, { ...video, ...judge(video, counts) });
}

/** Places in the film, and the number of frames there. */
const LOOKED_AT = [0.2, 0.5, 0.8];
const FRAMES_EACH = 60;

/** Most files are: they need no second look. */
function isPlainlyProgressive(
  { scan }: SourceVideo,
  { tff, bff, progressive }: ScanCounts,
): boolean {
  return (
    scan === "progressive" && tff + bff === 0 && progressive > FRAMES_EACH / 2
  );
}

/** Interlaced pictures have the height of television, and no more frames a second. */
function mayBeInterlaced(video: SourceVideo): boolean {
  if (video.scan === "interlaced") return true;
  const { num, den } = video.averageRate;
  return (
    TELEVISION_HEIGHTS.includes(video.height) &&
    video.rotation === 0 &&
    num / den < 31 &&
    !PROGRESSIVE_CODECS.includes(video.codec)
  );
}

const TELEVISION_HEIGHTS = [480, 486, 512, 576, 608, 1080, 1088];

/** They cannot code fields, and are too young for captures of television. */
const PROGRESSIVE_CODECS = ["vp8", "vp9", "av1", "gif", "png", "webp"];

/** Frames as ffmpeg's idet filter sorted them. */
export interface ScanCounts {
  tff: number;
  bff: number;
  progressive: number;
  /** Frames that repeat no field of the frame before, and frames that do. */
  single: number;
  repeated: number;
}

/** With fewer moving frames the header is believed. */
const FEWEST_FRAMES = 15;

/** A film is interlaced when more than this share of its frames is combed; 2:3 telecine has 2 in 5. */
const INTERLACED_SHARE = 0.6;

/** Telecine repeats a field in 2 of 5 frames, a camera in none. */
const REPEATED_SHARE = { least: 0.25, most: 0.55 };

/** The scan that the counts show; exported for its tests. */
export function judge(
  { scan }: Pick<SourceVideo, "scan">,
  counts: ScanCounts,
): { scan: Scan; seenFieldOrder?: "tff" | "bff" } {
  const { tff, bff, progressive, single, repeated } = counts;
  const combed = tff + bff;
  const moving = combed + progressive;
  if (moving < FEWEST_FRAMES) return { scan };
  const repeatedShare = repeated / (single + repeated);
  if (
    combed / moving > 0.2 &&
    repeatedShare >= REPEATED_SHARE.least &&
    repeatedShare <= REPEATED_SHARE.most
  )
    return { scan: "telecined" };
  if (scan === "interlaced" || combed / moving < INTERLACED_SHARE)
    return { scan };
  return { scan: "interlaced", seenFieldOrder: tff >= bff ? "tff" : "bff" };
}

async function idet(
  source: SourceInfo,
  video: SourceVideo,
  atSeconds: number,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<ScanCounts> {
  const args = [
    ...["-nostdin", "-hide_banner", "-loglevel", "info", "-nostats"],
    ...["-progress", "pipe:1"],
    // Starts at the key frame before: exact seeking is not worth its time.
    ...["-noaccurate_seek", "-ss", atSeconds.toFixed(3)],
    ...readingOptions(source.path, source.container),
    // ffmpeg would not recognise fields in a turned picture.
    ...["-noautorotate", "-i", source.path],
    ...["-map", `0:${video.index}`, "-vf", "idet"],
    ...["-frames:v", String(FRAMES_EACH), "-f", "null", "-"],
  ];
  const run = await runTool(tools.ffmpeg.path, args, {
    signal,
    task: watchedTask(tools, source.path, "input"),
  });
  return readIdet(requireNotKilled(run, "ffmpeg").stderr);
}

/** The counts in idet's last lines. */
export function readIdet(stderr: string): ScanCounts {
  const count = (line: RegExp) => Number(line.exec(stderr)?.[1] ?? 0);
  const repeated =
    /Repeated Fields: Neither: *(\d+) Top: *(\d+) Bottom: *(\d+)/;
  const [, neither = 0, top = 0, bottom = 0] = repeated.exec(stderr) ?? [];
  return {
    tff: count(/Multi frame detection: TFF: *(\d+)/),
    bff: count(/Multi frame detection: .*BFF: *(\d+)/),
    progressive: count(/Multi frame detection: .*Progressive: *(\d+)/),
    single: Number(neither),
    repeated: Number(top) + Number(bottom),
  };
}

function addCounts(sum: ScanCounts, more: ScanCounts): void {
  sum.tff += more.tff;
  sum.bff += more.bff;
  sum.progressive += more.progressive;
  sum.single += more.single;
  sum.repeated += more.repeated;
}
