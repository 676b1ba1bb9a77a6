import type { AskFfprobe } from "./ask-ffprobe.js";
import {
  numberOr,
  rationalOf,
  type FfprobePacket,
  type FfprobeReport,
  type FfprobeStream,
} from "./ffprobe-json.js";

/** So much of a file's end is read to see when its streams really end. */
const LOOKED_AT_SECONDS = 10;

/**
 * The report with streams that last as long as their last packets tell, where
 * that is longer than the header's word: with reordered frames of a variable
 * rate an MP4's header adds up decoding times, and misses a long last frame.
 * Never shorter: what a header promises and a cut-off file does not hold must be noticed.
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
  const streams = report.streams?.map((stream) =>
    lengthened(stream, endOf(stream, packets), format?.start_time),
  );
  return { ...report, ...(streams && { streams }) };
}

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

function lengthened(
  stream: FfprobeStream,
  end: number,
  fileStart: string | undefined,
): FfprobeStream {
  const start = numberOr(stream.start_time, numberOr(fileStart, 0));
  const told = numberOr(stream.duration, 0);
  const length = end - start;
  return length > told ? { ...stream, duration: String(length) } : stream;
}
