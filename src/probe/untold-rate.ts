import { ratio } from "../media/time.js";
import type { AskFfprobe } from "./ask-ffprobe.js";
import {
  rationalOf,
  type FfprobeReport,
  type FfprobeStream,
} from "./ffprobe-json.js";

/** Pictures without a container: only their parameter sets may give a rate. */
const BARE = [
  "h264",
  "hevc",
  "vvc",
  "obu",
  "m4v",
  "mpegvideo",
  "vc1",
  "cavsvideo",
];

/** Cameras take 240 frames a second; a faster clock is a clock, not a rate. */
const FASTEST = 300;

/** The rate that ffmpeg takes where there is none. */
const ASSUMED_RATE = 25;

/**
 * The report with a rate for a bare stream that gives none. Some encoders write their
 * clock's rate instead (90,000 ticks a second), and ffprobe believes it. The frames are
 * then counted.
 */
export async function withAssumedRate(
  report: FfprobeReport,
  ask: AskFfprobe,
): Promise<FfprobeReport> {
  const { format, streams = [] } = report;
  if (!BARE.includes(format?.format_name ?? "")) return report;
  if (!streams.some(tellsClock)) return report;
  const counted = await ask(
    ...["-count_packets", "-show_entries", "stream=nb_read_packets"],
  );
  const frames = Number(counted.streams?.[0]?.nb_read_packets ?? 0);
  const seconds = String(frames / ASSUMED_RATE);
  const rate = `${ASSUMED_RATE}/1`;
  return {
    ...report,
    format: { ...format, duration: seconds },
    streams: streams.map((stream) => ({
      ...stream,
      ...{ r_frame_rate: rate, avg_frame_rate: rate },
      ...{ duration: seconds, isRateAssumed: true },
    })),
  };
}

function tellsClock({ r_frame_rate, avg_frame_rate }: FfprobeStream): boolean {
  const rates = [r_frame_rate, avg_frame_rate].flatMap(
    (text) => rationalOf(text) ?? [],
  );
  return rates.length === 0 || rates.some((rate) => ratio(rate) > FASTEST);
}
