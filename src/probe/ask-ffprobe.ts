import { TTML_TRACK } from "../captions/embedded.js";
import { PackError } from "../errors.js";
import type { Tools } from "../ffmpeg/find.js";
import { probingOptions } from "../ffmpeg/input-options.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { lastLines, runTool } from "../ffmpeg/run.js";
import { taskOf } from "../ffmpeg/stall.js";

/** Asks ffprobe about one file. @throws PackError `input` when it cannot read the file */
export type AskFfprobe = (...options: string[]) => Promise<FfprobeReport>;

/** A file to ask about. */
export interface ProbedFile {
  /** Absolute path, or a URL. ffprobe takes a bare "a:b.mp4" for a protocol. */
  readonly path: string;
  /** As the user wrote it, for messages. */
  readonly input: string;
  /** Demuxer that reads it; ffprobe finds it when undefined. */
  readonly demuxer: string | undefined;
}

export function askFfprobeAbout(
  { path, input, demuxer }: ProbedFile,
  tools: Tools,
  signal: AbortSignal | undefined,
): AskFfprobe {
  return async (...options) => {
    const reading = probingOptions(path, demuxer);
    const args = ["-v", "error", ...reading, "-of", "json", ...options, path];
    const run = await runTool(tools.ffprobe.path, args, {
      signal,
      task: taskOf(tools, input, "input"),
      keepStdout: true,
    });
    const result = requireNotKilled(run, "ffprobe");
    if (result.exitCode !== 0) {
      const words = lastLines(result.stderr, 1).replace(`${path}: `, "");
      throw isForeign(result.stderr)
        ? playlistError(path, input)
        : unreadableError(path, input, words);
    }
    return withTextTracks(JSON.parse(result.stdout) as FfprobeReport);
  };
}

/** Most ffmpegs take documents of TTML for data of an unknown kind. */
function withTextTracks(report: FfprobeReport): FfprobeReport {
  const { streams } = report;
  if (streams === undefined) return report;
  const named = streams.map((stream) =>
    stream.codec_tag_string === TTML_TRACK
      ? { ...stream, codec_type: "subtitle", codec_name: TTML_TRACK }
      : stream,
  );
  return { ...report, streams: named };
}

/** ffmpeg's words for a demuxer or a protocol that {@link probingOptions} refuses. */
function isForeign(stderr: string): boolean {
  return /not on whitelist/i.test(stderr);
}

function playlistError(path: string, input: string): PackError {
  return new PackError(
    "input",
    `${input}: is a playlist, a script, or of a kind that is not read. Expected a file that holds its media itself.`,
    {
      hint: "Give the media file, or make one first: ffmpeg -i FILE -c copy FILE.mkv",
      facts: { file: path },
    },
  );
}

function unreadableError(
  path: string,
  input: string,
  words: string,
): PackError {
  return new PackError(
    "input",
    `${input}: is not a media file that ffprobe can read (${words}).`,
    {
      hint: "Check that the file is complete and plays in a media player.",
      facts: { file: path },
    },
  );
}

/** The output of `ffprobe -of json`, as far as we read it. */
export interface FfprobeReport {
  readonly format?: FfprobeFormat;
  readonly streams?: readonly FfprobeStream[];
  readonly programs?: readonly FfprobeProgram[];
  readonly frames?: readonly FfprobeFrame[];
  readonly chapters?: readonly FfprobeChapter[];
}

interface FfprobeChapter {
  readonly start_time?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The streams of one channel of a broadcast. */
interface FfprobeProgram {
  readonly streams?: readonly { readonly index: number }[];
}

/** A decoded frame, as far as we read it. */
export interface FfprobeFrame {
  readonly stream_index?: number;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly Readonly<Record<string, unknown>>[];
}

export interface FfprobeFormat {
  readonly format_name?: string;
  readonly duration?: string;
  readonly start_time?: string;
}

/** How a decoded picture becomes upright: first mirrored from left to right if needed, then turned. */
export interface Orientation {
  /** Clockwise degrees from 0 to 359. */
  readonly rotation: number;
  readonly mirrored: boolean;
}

export interface FfprobeStream {
  readonly index: number;
  /** The stream's ID; in MPEG-TS its PID, such as `0x100`. */
  readonly id?: string;
  /** How it is encrypted. This comes from its container, not from ffprobe. */
  readonly encryption?: string;
  /** The orientation in its first frame, where the stream has none. */
  readonly orientation?: Orientation;
  /** The stream gives no rate. This comes from us, not from ffprobe. */
  readonly isRateAssumed?: boolean;
  readonly codec_type?: string;
  readonly codec_name?: string;
  /** A table of digits, with `-show_data`. */
  readonly extradata?: string;
  /** Four characters of the sample entry, or of an AVI. */
  readonly codec_tag_string?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly pix_fmt?: string;
  readonly field_order?: string;
  readonly color_space?: string;
  readonly color_transfer?: string;
  readonly color_primaries?: string;
  readonly color_range?: string;
  readonly time_base?: string;
  readonly r_frame_rate?: string;
  readonly avg_frame_rate?: string;
  readonly start_time?: string;
  readonly duration?: string;
  /** Of Dolby sound it comes from its frames. */
  readonly bit_rate?: string;
  readonly channels?: number;
  readonly channel_layout?: string;
  readonly sample_rate?: string;
  /** The container's count, and the count of `-count_packets`. */
  readonly nb_frames?: string;
  readonly nb_read_packets?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly Readonly<Record<string, unknown>>[];
}

/** A number in text; `fallback` when it is missing or "N/A". */
export function numberOr(text: string | undefined, fallback: number): number {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) ? value : fallback;
}

/** A ratio such as "30000/1001" or "64:45"; undefined when it is missing, or zero on either side. */
export function rationalOf(
  text: string | undefined,
): { num: number; den: number } | undefined {
  const match = /^(\d+)[/:](\d+)$/.exec(text ?? "");
  const [num, den] = [Number(match?.[1]), Number(match?.[2])];
  return num > 0 && den > 0 ? { num, den } : undefined;
}

/** When a file begins on its own clock, and how long it is. */
export interface FileTimes {
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

/**
 * The time of ffmpeg's time 0 on the file's own clock, and the length of the file from
 * there. Time 0 is the start of the file. But where clocks may jump, ffmpeg ignores the
 * streams that it does not decode, which may begin seconds earlier.
 *
 * @param chosen the streams that are decoded
 */
export function fromZero(
  file: FileTimes,
  container: string,
  chosen: readonly FfprobeStream[],
): FileTimes {
  const starts = chosen.map(({ start_time }) => numberOr(start_time, NaN));
  const first = Math.min(...starts.filter((start) => !Number.isNaN(start)));
  if (!JUMPING_CLOCKS.includes(container) || !Number.isFinite(first))
    return file;
  const end = file.startSeconds + file.durationSeconds;
  return { startSeconds: first, durationSeconds: end - first };
}

/** Containers with clocks of 33 bits (ISO/IEC 13818-1), which start again after a day. */
const JUMPING_CLOCKS = ["mpegts", "mpeg"];

/** Start relative to time 0 (MPEG-TS begins at 1.4 s), and length. */
export function timesOf(stream: FfprobeStream, file: FileTimes) {
  const start = numberOr(stream.start_time, file.startSeconds);
  const startSeconds = start - file.startSeconds;
  const end = taggedEnd(stream);
  const untold =
    end === undefined ? file.durationSeconds - startSeconds : end - start;
  const durationSeconds = numberOr(stream.duration, untold);
  return { startSeconds, durationSeconds };
}

/** Matroska stores the end of a stream, on the file's own clock, in a tag such as "00:00:08.040000000". */
export function taggedEnd(stream: FfprobeStream): number | undefined {
  const match = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(
    stream.tags?.["DURATION"] ?? "",
  );
  if (match === null) return undefined;
  return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}
