import { CaptionFields } from "../captions/cea608.js";
import { FieldReader, type FieldStream } from "../captions/field-stream.js";
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
  /** The streams that may carry CEA-608, the picture first. */
  readonly fields: readonly FieldStream[];
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

/** What a stream says in CEA-608. */
export interface ExtractedFields extends FieldStream {
  readonly captions: CaptionFields;
}

/**
 * Reads a source once, without decoding, and takes the text of these streams out of it, and
 * its CEA-608.
 *
 * @throws PackError `input` when ffmpeg cannot read the source to its end
 */
export async function extractCaptions(
  source: CaptionedSource,
  indexes: readonly number[],
  hasFields: boolean,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<{ texts: ExtractedText; fields: readonly ExtractedFields[] }> {
  const parts = source.text.filter(({ index }) => indexes.includes(index));
  const texts = new Map(parts.map(({ index }) => [index, [] as Buffer[]]));
  const fields: ExtractedFields[] = [];
  for (const stream of hasFields ? source.fields : [])
    fields.push({ ...stream, captions: await CaptionFields.open() });
  const readers = fields.map((stream) => ({
    ...{ index: stream.index },
    reader: new FieldReader(stream, source.clock(), stream.captions),
  }));
  const outputs = [
    ...parts.map(textOptions),
    ...readers.flatMap(({ index, reader }) =>
      reader.outputOptions.map((options) => fieldOptions(index, options)),
    ),
  ].map((options, i): FfmpegOutput => ({ path: `pipe:${i + 3}`, options }));
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
      ...readers.flatMap(({ reader }) => [
        reader.addTable.bind(reader),
        reader.addBytes.bind(reader),
      ]),
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

function textOptions({ index, codec }: IgnoredStream): string[] {
  const form = textFormOf(codec) ?? { codec: "srt", muxer: "srt" };
  return [
    ...["-map", `0:${index}`, "-c:s", form.codec],
    // Otherwise ffmpeg moves all captions when the first begins below zero.
    ...["-avoid_negative_ts", "disabled"],
    ...["-output_ts_offset", String(LATER_SECONDS), "-f", form.muxer],
  ];
}

function fieldOptions(index: number, options: readonly string[]): string[] {
  return [
    ...["-map", `0:${index}`, "-avoid_negative_ts", "disabled"],
    ...options,
  ];
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
