import type { AskFfprobe } from "./ask-ffprobe.js";
import {
  numberOr,
  rationalOf,
  type FfprobePacket,
  type FfprobeReport,
  type FfprobeStream,
} from "./ffprobe-json.js";
import { taggedEnd } from "./stream-times.js";

/** So much of a file's end is read to see when its streams really end. */
const LOOKED_AT_SECONDS = 10;

/**
 * The report with streams that last as long as their last packets tell, where
 * that is longer than the header's word: with reordered frames of a variable
 * rate an MP4's header adds up decoding times, and misses a long last frame.
 * Never shorter: what a header promises and a cut-off file does not hold must be
 * noticed. But Matroska has no header's word for a stream, only a tag; without
 * one ffprobe gives the file's length, and the packets know better.
 */
export async function withRealEnds(
  report: FfprobeReport,
  ask: AskFfprobe,
): Promise<FfprobeReport> {
  const { format } = report;
  const end =
    numberOr(format?.start_time, 0) + numberOr(format?.duration, Number.NaN);
  if (Number.isNaN(end)) return report;
  const from = Math.max(0, end - LOOKED_AT_SECONDS);
  const { packets = [] } = await ask(
    ...["-read_intervals", `${from}%`],
    ...["-show_entries", "packet=stream_index,pts_time,duration_time"],
  ).catch(() => ({ packets: [] })); // a file that cannot be sought in
  const isMatroska = format?.format_name?.startsWith("matroska") ?? false;
  const ends = (report.streams ?? []).map((stream) => endOf(stream, packets));
  const isWhole = ends.some((last) => last >= end - MISSING_END_SECONDS);
  const streams = report.streams?.map((stream, i) => {
    const start = numberOr(stream.start_time, numberOr(format?.start_time, 0));
    const length = (ends[i] ?? 0) - start;
    const tagged = taggedEnd(stream);
    const isGuessed = isMatroska && tagged === undefined && isWhole;
    const told =
      tagged === undefined ? numberOr(stream.duration, 0) : tagged - start;
    const seconds = isGuessed && length > 0 ? length : Math.max(told, length);
    return seconds > 0 ? { ...stream, duration: String(seconds) } : stream;
  });
  return { ...report, ...(streams && { streams }) };
}

/** Of a file whose streams all end earlier than this before its end, the end is missing. */
const MISSING_END_SECONDS = 1;

function endOf(
  stream: FfprobeStream,
  packets: readonly FfprobePacket[],
): number {
  const rate = rationalOf(stream.avg_frame_rate);
  const usual = rate ? rate.den / rate.num : 0;
  return packets
    .filter((packet) => packet.stream_index === stream.index)
    .map(
      ({ pts_time, duration_time }) =>
        numberOr(pts_time, 0) + numberOr(duration_time, usual),
    )
    .reduce((last, end) => Math.max(last, end), 0);
}
