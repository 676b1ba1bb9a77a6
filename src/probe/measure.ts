import { PackError } from "../errors.js";
import { isElsewhere } from "../ffmpeg/input-options.js";
import { filmSpan, type StreamKey } from "../media/film-clock.js";
import type { Rational } from "../media/time.js";
import { numberOr, type FfprobeReport } from "./ask-ffprobe.js";
import { filmClock } from "./join-stretches.js";
import type { ListPackets, Packet } from "./packets.js";
import { hasPlainTables, cutOffInStructure } from "./structure.js";
import { requireFilm } from "./require-film.js";
import { streamKeyOf, lastEnd, type SourceInfo } from "./source-info.js";
import type { StretchSpan } from "./stretch-span.js";
import { Stretches, type MeasuredStretches } from "./stretches.js";

/** A longer film from a network is read to its end: its header alone is not believed. */
const LONGEST_BELIEVED_SECONDS = 24 * 3600;

/**
 * Must a file be read to its end to learn its times? Only an MP4 with plain tables
 * gives the time of every frame in front. A header's length is a claim.
 */
export async function mustBeMeasured(source: SourceInfo): Promise<boolean> {
  const { path, container, durationSeconds } = source;
  if (container.endsWith("_pipe")) return false; // a still picture
  if (isElsewhere(path)) return durationSeconds > LONGEST_BELIEVED_SECONDS;
  return !(isMovie(container) && (await hasPlainTables(path, durationSeconds)));
}

function isMovie(container: string): boolean {
  return container.split(",").includes("mp4");
}

/**
 * The source with the times of its packets: they are read once, not decoded. Where the
 * clock jumps, the film is as long as its frames.
 *
 * @param zero of ffmpeg, on the file's clock
 * @throws PackError `input` when its clock makes no film
 */
export async function withMeasuredTimes(
  source: SourceInfo,
  report: FfprobeReport,
  zero: number,
  list: ListPackets,
): Promise<SourceInfo> {
  const measured = await measure(source, list);
  const timed =
    measured === undefined ? source : withTimes(source, measured, zero);
  const { lastSeconds = -Infinity } = measured ?? {};
  return withPromise(timed, report, zero, lastSeconds - zero);
}

async function measure(
  source: SourceInfo,
  list: ListPackets,
): Promise<MeasuredStretches | undefined> {
  const { path, streams } = source;
  const streamKeys = new Map<string | undefined, StreamKey>(
    streams.flatMap((stream) =>
      stream.kind === "text"
        ? []
        : [[String(stream.index), streamKeyOf(source, stream)]],
    ),
  );
  const measured = await stretchesOf(list, streamKeys).catch(
    (cause: unknown) => {
      if (!(cause instanceof RangeError)) throw cause;
      throw new PackError("input", `${path}: ${cause.message}.`, {
        hint: "The file's times are damaged: no film can be made of them.",
        cause,
      });
    },
  );
  // Bare streams have no times: their frames were counted.
  return measured.stretches.some((each) => Object.keys(each).length > 0)
    ? measured
    : undefined;
}

/** @throws RangeError when the times make no film */
async function stretchesOf(
  list: ListPackets,
  streamKeys: ReadonlyMap<string | undefined, StreamKey>,
): Promise<MeasuredStretches> {
  const stretches = new Stretches();
  await list(FIELDS, [], (packet) => {
    const streamKey = streamKeys.get(packet.get("stream_index"));
    if (streamKey !== undefined) addPacket(stretches, streamKey, packet);
  });
  const measured = stretches.end();
  requireFilm(measured);
  return measured;
}

const FIELDS = [
  ...["stream_index", "pts_time", "dts_time", "duration_time", "flags"],
];

function addPacket(
  stretches: Stretches,
  streamKey: StreamKey,
  packet: Packet,
): void {
  const flags = packet.get("flags") ?? "";
  const shown = numberOr(packet.get("pts_time"), NaN);
  const clock = numberOr(packet.get("dts_time"), shown);
  const timed = {
    ...{ streamKey, clock, shown: Number.isNaN(shown) ? clock : shown },
    seconds: numberOr(packet.get("duration_time"), 0),
    isKey: flags.includes("K"),
  };
  if (flags.includes("D")) stretches.addUnshown(timed);
  else stretches.add(timed);
}

function withTimes(
  source: SourceInfo,
  measured: MeasuredStretches,
  zero: number,
): SourceInfo {
  const { stretches, strays } = measured;
  const isPlain = stretches.length === 1 && strays.length === 0;
  const wrapSeconds = NO_PROMISE.includes(source.container)
    ? MPEG_CLOCK_SECONDS
    : Infinity;
  const clock = isPlain ? undefined : filmClock(measured, wrapSeconds);
  const later = clock ? (clock.pieces[0]?.laterSeconds ?? 0) : 0 - zero;
  const spanOf = (streamKey: StreamKey) =>
    clock
      ? filmSpan(clock, streamKey)
      : moved(stretches[0]?.[streamKey], later);
  const streams = source.streams.map((stream) =>
    stream.kind === "text"
      ? stream
      : withSpan(stream, spanOf(streamKeyOf(source, stream))),
  );
  const firstKey =
    measured.firstKey === undefined ? undefined : measured.firstKey + later;
  return {
    ...source,
    isMeasured: true,
    durationSeconds: lastEnd(streams),
    streams: streams.map((stream) =>
      stream.kind === "video"
        ? {
            ...withFirstPicture(stream, firstKey, measured.gopSeconds),
            ...(clock && {
              averageRate: averageOf(stretches, stream.averageRate),
            }),
            gopSeconds: measured.gopSeconds,
          }
        : stream,
    ),
    ...(clock && { clock }),
  };
}

/** Where the clock jumps, a header's average rate also counts the time between. */
function averageOf(
  stretches: MeasuredStretches["stretches"],
  announcedRate: Rational,
): Rational {
  const spans = stretches.flatMap(({ video }) => video ?? []);
  const frames = spans.reduce((sum, { packets }) => sum + packets, 0);
  const seconds = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  return seconds > 0
    ? { num: Math.round((1000 * frames) / seconds), den: 1000 }
    : announcedRate;
}

function moved(span: StretchSpan | undefined, later: number) {
  return span && { from: span.from + later, to: span.to + later };
}

/** A header's start this close to a packet's is used: it is better where a decoder's lead-in is counted off. */
const SAME_BEGIN_SECONDS = 0.2;

function withSpan<
  T extends { readonly startSeconds: number; readonly durationSeconds: number },
>(stream: T, span: { from: number; to: number } | undefined): T {
  if (span === undefined) return stream;
  const isSame = Math.abs(span.from - stream.startSeconds) < SAME_BEGIN_SECONDS;
  const startSeconds = isSame ? stream.startSeconds : span.from;
  return { ...stream, startSeconds, durationSeconds: span.to - startSeconds };
}

/**
 * In a recording that begins between two key frames this much of the start may be
 * missing, or one group of pictures.
 */
const LONGEST_EDGE_SECONDS = 2;
/** The limit where no second key frame shows the length of a group. */
const LONGEST_GOP_SECONDS = 10;
const SMALLEST_EDGE_SECONDS = 0.05;

/** Makes a picture begin with the first one that can be decoded. */
function withFirstPicture<
  T extends { readonly startSeconds: number; readonly durationSeconds: number },
>(video: T, firstKey: number | undefined, gopSeconds: number) {
  const undecodedSeconds = (firstKey ?? 0) - video.startSeconds;
  const longest =
    gopSeconds > 0
      ? Math.max(LONGEST_EDGE_SECONDS, gopSeconds)
      : LONGEST_GOP_SECONDS;
  const isEdge =
    undecodedSeconds > SMALLEST_EDGE_SECONDS &&
    undecodedSeconds <= longest &&
    undecodedSeconds < video.durationSeconds;
  if (!isEdge) return video;
  return {
    ...video,
    startSeconds: video.startSeconds + undecodedSeconds,
    durationSeconds: video.durationSeconds - undecodedSeconds,
    undecodedSeconds,
  };
}

/** Headers err by less than that. */
const MISSING_SECONDS = 1;
const MISSING_SHARE = 0.001;

/** A header may promise more than there is: the file is cut off, or the header is just wrong. */
async function withPromise(
  source: SourceInfo,
  report: FfprobeReport,
  zero: number,
  lastSeconds: number,
): Promise<SourceInfo> {
  const announcedSeconds = numberOr(report.format?.duration, 0);
  // In some files the header gives the end, on a clock that begins anywhere.
  const promisedSeconds = Math.min(
    announcedSeconds,
    Math.abs(announcedSeconds - zero),
  );
  const { durationSeconds, path, container, sizeBytes } = source;
  // Where the clock jumps, the header's length is on that clock.
  const missing = promisedSeconds - Math.max(durationSeconds, lastSeconds);
  const isShort =
    missing > Math.max(MISSING_SECONDS, MISSING_SHARE * promisedSeconds);
  if (NO_PROMISE.includes(container)) return source;
  // An outermost part gives the number of its bytes, whatever length the header gives.
  const mustBeLooked = isShort || (SIZED.includes(container) && sizeBytes > 0);
  if (!mustBeLooked) return source;
  const isWhole = !(await cutOffInStructure(path, container, sizeBytes));
  if (isWhole && !isShort) return source;
  return isWhole
    ? { ...source, claimedSeconds: promisedSeconds }
    : {
        ...source,
        promisedSeconds,
        cutOff: isShort
          ? `is cut off: it ends at ${durationSeconds.toFixed(1)} s. Expected ${promisedSeconds.toFixed(1)} s, as its header says`
          : "is cut off: it has fewer bytes than its outermost part says",
      };
}

const SIZED = ["avi", "matroska,webm"];

/** 33 bits at 90 kHz. ISO/IEC 13818-1 2.4.3.7 */
const MPEG_CLOCK_SECONDS = 2 ** 33 / 90_000;

/** ffprobe finds their lengths; no header gives them. */
const NO_PROMISE = ["mpegts", "mpeg"];
