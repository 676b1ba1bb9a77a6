import { reduce, type Rational, ratio } from "../media/time.js";
import { at } from "../media/track.js";
import {
  rationalOf,
  type FfprobeReport,
  type AskFfprobe,
  type FfprobeStream,
} from "./ask-ffprobe.js";
import { isKey, type Packet } from "./packets.js";
import {
  type FrameTiming,
  type SourceInfo,
  videoIn,
  withStream,
} from "./source-info.js";

/** Fewer gaps prove nothing. */
const FEWEST_GAPS = 2;

/** With fewer frames, two odd gaps may be the usual rhythm. */
const FEW_FRAMES = 20;

/** A gap within this share of the median counts as usual: millisecond clocks round 33.3 to 33 and 34. */
const USUAL_SHARE = 0.25;

/** A wild time or a hole makes this many odd gaps: an accident, not the rhythm of the film. */
const ACCIDENTS = 2;

/**
 * The rate at which frames usually follow one another. Headers do not give it: the
 * average suffers from pauses and rounded durations, and the nominal rate of a phone
 * clip may be its clock's.
 *
 * @param times presentation times of frames, in any order, in ticks of `timeBase`
 * @param timeBase seconds in a tick
 */
export function measureFrameTiming(
  times: readonly number[],
  timeBase: Rational,
): FrameTiming | undefined {
  const sorted = Float64Array.from(times).sort();
  const gaps = sorted
    .slice(1)
    .map((time, i) => time - at(sorted, i))
    .sort();
  const median = gaps[Math.floor(gaps.length / 2)] ?? 0;
  if (gaps.length < FEWEST_GAPS || median <= 0) return undefined;
  const usual = gaps.filter(
    (gap) => Math.abs(gap - median) <= USUAL_SHARE * median,
  );
  const odd = gaps.length - usual.length;
  const isAccident = odd <= ACCIDENTS && usual.length > FEW_FRAMES;
  const ticks = usual.reduce((sum, gap) => sum + gap, 0);
  return {
    usualRate: reduce({
      num: usual.length * timeBase.den,
      den: ticks * timeBase.num,
    }),
    irregularShare: isAccident ? 0 : odd / gaps.length,
  };
}

/** @param begin the first packets of the picture */
export function withFrameTiming(
  source: SourceInfo,
  report: FfprobeReport,
  begin: readonly Packet[],
): SourceInfo {
  const video = videoIn(source);
  const stream = report.streams?.find(({ index }) => index === video?.index);
  const timeBase = rationalOf(stream?.time_base);
  if (video === undefined || timeBase === undefined || video.isRateAssumed)
    return source;
  // Packets before the first key frame come from a recording that began between two:
  // some are missing.
  const whole = begin.slice(Math.max(0, begin.findIndex(isKey)));
  const frameTiming = measureFrameTiming(frameTimes(whole), timeBase);
  return frameTiming ? withStream(source, { ...video, frameTiming }) : source;
}

/** Empty when some packets have no time: gaps between the others would look like a variable rate. */
function frameTimes(packets: readonly Packet[]): number[] {
  const times = (key: "pts" | "dts") =>
    packets.flatMap((packet) => {
      const time = packet.get(key);
      return time === undefined ? [] : [Number(time)];
    });
  const whole = [times("pts"), times("dts")].find(
    ({ length }) => length === packets.length,
  );
  return whole ?? [];
}

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
