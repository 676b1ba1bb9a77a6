import type { Tools } from "../ffmpeg/find.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { runTool } from "../ffmpeg/run.js";
import { watchedTask } from "../ffmpeg/stall.js";
import {
  type ProbedFile,
  numberOr,
  rationalOf,
  type FfprobeReport,
  type FfprobeStream,
  taggedEnd,
} from "./ask-ffprobe.js";
import type { Begin, ListPackets, Packet } from "./packets.js";

/** This much of a file's end is read to find where its streams really end. */
const LOOKED_AT_SECONDS = 10;

/**
 * The report with streams as long as their last packets show, where that is longer than
 * in the header. With reordered frames of a variable rate an MP4's header adds up
 * decoding times, and misses a long last frame. A stream never becomes shorter: the
 * missing end of a cut-off file must be noticed. Matroska is different: its header has
 * no length for a stream, only a tag. Without the tag ffprobe gives the file's length,
 * and the packets are more exact.
 *
 * @returns also the first packets, which the same run lists
 */
export async function withRealEnds(
  report: FfprobeReport,
  list: ListPackets,
): Promise<{ report: FfprobeReport; begin: Begin | undefined }> {
  const { format } = report;
  const end =
    numberOr(format?.start_time, 0) + numberOr(format?.duration, Number.NaN);
  if (Number.isNaN(end)) return { report, begin: undefined };
  const from = Math.max(0, end - LOOKED_AT_SECONDS);
  const beside = new StreamEnds(report.streams ?? []);
  const begin = await beginAndEnd(
    list,
    [...OF_THE_BEGIN, ...FIELDS],
    from,
    (packet) => beside.add(packet),
  );
  const ends = begin ? beside : await lastEnds(report, list, from);
  return { report: ends ? withEnds(report, ends, end) : report, begin };
}

const FIELDS = ["stream_index", "pts_time", "duration_time", "flags"];
const OF_THE_BEGIN = ["pts", "dts"];

/** @returns undefined when ffprobe cannot seek in the file */
async function lastEnds(
  report: FfprobeReport,
  list: ListPackets,
  from: number,
): Promise<StreamEnds | undefined> {
  const streamEnds = new StreamEnds(report.streams ?? []);
  const isRead = await list(FIELDS, ["-read_intervals", `${from}%`], (packet) =>
    streamEnds.add(packet),
  );
  return isRead ? streamEnds : undefined;
}

function withEnds(
  report: FfprobeReport,
  streamEnds: StreamEnds,
  end: number,
): FfprobeReport {
  const { format } = report;
  const isMatroska = format?.format_name?.startsWith("matroska") ?? false;
  const ends = (report.streams ?? []).map(({ index }) => streamEnds.of(index));
  const isWhole = ends.some((last) => last >= end - MISSING_END_SECONDS);
  const streams = report.streams?.map((stream, i) => {
    const start = numberOr(stream.start_time, numberOr(format?.start_time, 0));
    const length = (ends[i] ?? 0) - start;
    const tagged = taggedEnd(stream);
    const isGuessed = isMatroska && tagged === undefined && isWhole;
    const announcedSeconds =
      tagged === undefined ? numberOr(stream.duration, 0) : tagged - start;
    const seconds =
      isGuessed && length > 0 ? length : Math.max(announcedSeconds, length);
    return seconds > 0 ? { ...stream, duration: String(seconds) } : stream;
  });
  return { ...report, ...(streams && { streams }) };
}

/** The end is missing when all streams end earlier than this before the end of the file. */
const MISSING_END_SECONDS = 1;

/** When the last packet of each stream ends. A wrong header may make us read all packets. */
class StreamEnds {
  readonly #usual: ReadonlyMap<number, number>;
  readonly #ends = new Map<number, number>();

  constructor(streams: readonly FfprobeStream[]) {
    this.#usual = new Map(
      streams.map((stream) => [stream.index, usualDuration(stream)]),
    );
  }

  add(packet: Packet): void {
    // Such a packet lies behind the end of an edit list: it is decoded and not shown.
    if (packet.get("flags")?.includes("D")) return;
    const index = Number(packet.get("stream_index"));
    const usual = this.#usual.get(index) ?? 0;
    const end =
      numberOr(packet.get("pts_time"), 0) +
      numberOr(packet.get("duration_time"), usual);
    this.#ends.set(index, Math.max(this.of(index), end));
  }

  /** The end of a stream; 0 when it had no packet. */
  of(index: number): number {
    return this.#ends.get(index) ?? 0;
  }
}

function usualDuration(stream: FfprobeStream): number {
  const rate = rationalOf(stream.avg_frame_rate);
  return rate ? rate.den / rate.num : 0;
}

/**
 * The report with lengths where the file gives none: recordings of browsers, piped
 * Matroska, bare streams. The whole file is read once, not decoded. A still picture
 * lasts one frame.
 */
export async function withLength(
  report: FfprobeReport,
  file: ProbedFile,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<FfprobeReport> {
  if (tellsLength(report)) return report;
  const streams: FfprobeStream[] = [];
  for (const stream of report.streams ?? []) {
    const seconds = await lengthOf(stream, report, file, tools, signal);
    streams.push(
      seconds > 0 ? { ...stream, duration: String(seconds) } : stream,
    );
  }
  const longest = Math.max(
    0,
    ...streams.map(({ duration }) => numberOr(duration, 0)),
  );
  if (longest === 0) return report;
  return { format: { ...report.format, duration: String(longest) }, streams };
}

/** Bare sound has no header: ffprobe guesses its length from the size and the bitrate. */
const GUESSED = ["aac", "loas", "ac3", "eac3", "dts", "amr", "mp3"];

function tellsLength({ format }: FfprobeReport): boolean {
  return (
    numberOr(format?.duration, 0) > 0 &&
    !GUESSED.includes(format?.format_name ?? "")
  );
}

async function lengthOf(
  stream: FfprobeStream,
  { format }: FfprobeReport,
  file: ProbedFile,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (!["video", "audio"].includes(stream.codec_type ?? "")) return 0;
  const rate =
    rationalOf(stream.avg_frame_rate) ?? rationalOf(stream.r_frame_rate);
  const frame = rate === undefined ? 0 : rate.den / rate.num;
  if (isStill(file)) return frame;
  const demuxer = format?.format_name ?? "";
  let lastSeconds = 0;
  const args = [
    ...["-nostdin", "-v", "error", ...readingOptions(file.path, demuxer)],
    ...["-i", file.path, "-map", `0:${stream.index}`, "-c", "copy"],
    ...["-progress", "pipe:1", "-f", "null", "-"],
  ];
  const run = await runTool(tools.ffmpeg.path, args, {
    signal,
    task: watchedTask(tools, file.input, "input"),
    onLine: (line) => {
      const time = /^out_time_us=(\d+)/.exec(line)?.[1];
      if (time !== undefined) lastSeconds = Number(time) / 1e6;
    },
  });
  requireNotKilled(run, "ffmpeg");
  return lastSeconds === 0 ? 0 : lastSeconds + frame;
}

function isStill({ demuxer }: ProbedFile): boolean {
  return demuxer?.endsWith("_pipe") ?? false;
}

/** Twelve seconds of one picture and one sound. */
const FIRST = 900;

/**
 * Lists the first packets of a file and its last ones in one run: a start of ffprobe
 * takes longer than to read them. A short file has all its packets listed first, and its
 * end is then listed again: the first packet that comes back begins the end.
 *
 * @param fromSeconds where the end begins
 * @param onLast gets the packets of the end
 * @returns undefined when they cannot be told apart, or not be read
 */
export async function beginAndEnd(
  list: ListPackets,
  fields: readonly string[],
  fromSeconds: number,
  onLast: (packet: Packet) => void,
): Promise<Begin | undefined> {
  const packets: Packet[] = [];
  const seen = new Set<string>();
  let [isEnd, isMixed] = [false, false];
  const isRead = await list(
    [...new Set([...fields, ...OF_ITS_OWN])],
    ["-read_intervals", `%+#${FIRST},${fromSeconds}%`],
    (packet) => {
      const name = nameOf(packet);
      isEnd ||= packets.length === FIRST || seen.has(name);
      // A short file has no packet in its end that was not in its begin.
      if (isEnd) isMixed ||= packets.length < FIRST && !seen.has(name);
      if (isEnd) return onLast(packet);
      seen.add(name);
      packets.push(packet);
    },
  );
  if (!isRead || isMixed || packets.some(isUntimed)) return undefined;
  return { packets, isWhole: packets.length < FIRST };
}

/** Fields that no two packets of a file have alike. */
const OF_ITS_OWN = ["stream_index", "pts", "dts", "pos"];

function isUntimed(packet: Packet): boolean {
  return !packet.has("pts") && !packet.has("dts");
}

function nameOf(packet: Packet): string {
  return OF_ITS_OWN.map((field) => packet.get(field)).join();
}
