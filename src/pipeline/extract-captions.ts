import { CaptionFields } from "../captions/cea608.js";
import { SeiStream, SEI_ALONE } from "../captions/sei-stream.js";
import { textFormOf } from "../captions/embedded.js";
import { MOST_CAPTION_BYTES } from "../captions/read-captions.js";
import { PackError } from "../errors.js";
import { ffmpegArguments, type FfmpegOutput } from "../ffmpeg/command.js";
import type { Tools } from "../ffmpeg/find.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { lastLines, runTool } from "../ffmpeg/run.js";
import { watchedTask } from "../ffmpeg/stall.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import type { IgnoredStream } from "../probe/source-info.js";

/** A media file, with the captions inside it. */
export interface CaptionedSource {
  readonly path: string;
  /** ffprobe's name of its demuxer. */
  readonly container: string;
  /** Its streams of captions that are not packaged by themselves. */
  readonly text: readonly IgnoredStream[];
  /** A stream whose packets show that ffmpeg goes on: the picture, else a sound. */
  readonly beat: number;
  /** The picture, when it is H.264. */
  readonly h264?: number | undefined;
  /** Makes a function from the file's own times to the film's; it is called in the file's order. */
  readonly clock: () => (time: Ticks) => Ticks;
}

/** The text of one stream as a caption file, with times of the source that are {@link LATER}. */
export type ExtractedText = ReadonlyMap<number, Uint8Array>;

/**
 * Caption files have no times below zero, but a file's own clock may: all times are later by
 * ten hours.
 */
const LATER_SECONDS = 36_000;
export const LATER: Ticks = LATER_SECONDS * SMOOTH_TIMESCALE;

/**
 * Reads a source once, without decoding, and takes the text of these streams out of it, and
 * the CEA-608 of its picture.
 *
 * @throws PackError `input` when ffmpeg cannot read the source to its end
 */
export async function extractCaptions(
  source: CaptionedSource,
  indexes: readonly number[],
  hasFields: boolean,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<{ texts: ExtractedText; fields: CaptionFields }> {
  const parts = source.text.filter(({ index }) => indexes.includes(index));
  const texts = new Map(parts.map(({ index }) => [index, [] as Buffer[]]));
  const fields = await CaptionFields.open();
  const sei = new SeiStream(source.clock(), (sample) => fields.add(sample));
  const picture = hasFields ? source.h264 : undefined;
  const outputs = [
    ...parts.map(textOutput),
    ...(picture === undefined ? [] : seiOutputs(picture, parts.length + 3)),
  ];
  const args = ffmpegArguments({
    inputOptions: [
      ...["-hide_banner", "-nostats", "-nostdin"],
      ...["-progress", "pipe:1", "-loglevel", "level+error"],
      // Times as in the file: the plan knows how they become the film's.
      ...["-copyts", ...readingOptions(source.path, source.container)],
    ],
    input: source.path,
    filters: [],
    outputs: [...outputs, beatOutput(source.beat)],
  });
  const run = await runTool(tools.ffmpeg.path, args, {
    signal,
    task: watchedTask(tools, source.path, "input"),
    pipes: [
      ...[...texts.values()].map((chunks) => (bytes: Buffer) => {
        // The reader refuses it; the rest would only fill the memory.
        if (sizeOf(chunks) <= MOST_CAPTION_BYTES) chunks.push(bytes);
      }),
      ...(picture === undefined
        ? []
        : [sei.addTable.bind(sei), sei.addBytes.bind(sei)]),
    ],
  });
  requireRead(requireNotKilled(run, "ffmpeg"), source.path);
  return {
    fields,
    texts: new Map(
      parts.map(({ index, codec }) => [
        index,
        tidied(Buffer.concat(texts.get(index) ?? []), codec),
      ]),
    ),
  };
}

function textOutput({ index, codec }: IgnoredStream, i: number): FfmpegOutput {
  const form = textFormOf(codec) ?? { codec: "srt", muxer: "srt" };
  const path = `pipe:${i + 3}`;
  const options = [
    ...["-map", `0:${index}`, "-c:s", form.codec],
    // Otherwise ffmpeg moves all captions when the first begins below zero.
    ...["-avoid_negative_ts", "disabled"],
    ...["-output_ts_offset", String(LATER_SECONDS), "-f", form.muxer],
  ];
  return { path, options };
}

/** A table of the packets, and their bytes without the picture itself. */
function seiOutputs(index: number, pipe: number): FfmpegOutput[] {
  return ["framecrc", "rawvideo"].map((muxer, i) => ({
    path: `pipe:${pipe + i}`,
    options: [
      ...["-map", `0:${index}`, "-c:v", "copy", "-bsf:v", SEI_ALONE],
      // A caption may begin before the first key frame.
      ...["-copyinkf", "-avoid_negative_ts", "disabled", "-f", muxer],
    ],
  }));
}

function beatOutput(index: number): FfmpegOutput {
  const path = process.platform === "win32" ? "NUL" : "/dev/null";
  return {
    path,
    options: ["-map", `0:${index}`, "-c", "copy", "-f", "null"],
  };
}

function sizeOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

function tidied(bytes: Buffer, codec: string): Uint8Array {
  const { tidy } = textFormOf(codec) ?? {};
  return tidy === undefined
    ? bytes
    : Buffer.from(tidy(bytes.toString("utf8")), "utf8");
}

function requireRead(
  { exitCode, stderr }: { exitCode: number; stderr: string },
  path: string,
): void {
  if (exitCode === 0) return;
  throw new PackError(
    "input",
    `${path}: its captions cannot be read, ffmpeg says: ${lastLines(stderr, 1)}.`,
    {
      hint: "Package it without --captions embedded and --captions cc1.",
      facts: { file: path, exitCode, stderr: lastLines(stderr, 20) },
    },
  );
}
