import { CaptionFields } from "../captions/cea608.js";
import { FieldReader, type FieldStream } from "../captions/field-stream.js";
import type { DecodableText } from "./decodable-text.js";
import { PackError } from "../errors.js";
import { ffmpegArguments, type FfmpegOutput } from "../ffmpeg/command.js";
import type { Tools } from "../ffmpeg/find.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { requireNotKilled } from "../ffmpeg/killed.js";
import { lastLines, runTool } from "../ffmpeg/run.js";
import { watchedTask } from "../ffmpeg/stall.js";
import type { Ticks } from "../media/time.js";
import type { IgnoredStream } from "../probe/source-info.js";
import { textOutlet, type Outlet } from "./text-outlet.js";

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

/** What a stream says in CEA-608. */
export interface ExtractedFields extends FieldStream {
  readonly captions: CaptionFields;
}

export interface Extracted {
  /** By ffmpeg's index; see TextOutlet. */
  readonly texts: ReadonlyMap<number, Uint8Array>;
  readonly fields: readonly ExtractedFields[];
}

/**
 * Reads a source once, without decoding, and takes the text of these streams out of it, and
 * its CEA-608.
 *
 * @throws PackError `input` when ffmpeg cannot read the source to its end
 */
export async function extractCaptions(
  source: CaptionedSource,
  text: readonly DecodableText[],
  hasFields: boolean,
  tools: Tools,
  signal: AbortSignal | undefined,
): Promise<Extracted> {
  const fields: ExtractedFields[] = [];
  for (const stream of hasFields ? source.fields : [])
    fields.push({ ...stream, captions: await CaptionFields.open() });
  const texts = text.map(textOutlet);
  const outlets: readonly Outlet[] = [
    ...texts,
    ...fields.map((stream) => fieldOutlet(stream, source.clock())),
  ];
  const args = ffmpegArguments({
    inputOptions: [
      ...["-hide_banner", "-nostats", "-nostdin"],
      ...["-progress", "pipe:1", "-loglevel", "level+error"],
      // Times as in the file: the plan knows how they become the film's.
      ...["-copyts", ...readingOptions(source.path, source.container)],
      // A DVD tells the time of some pictures only.
      ...["-fflags", "+genpts"],
      ...text.flatMap(decoderInput),
    ],
    input: source.path,
    filters: [],
    outputs: [...outputsOf(outlets), beatOutput(source.beat)],
  });
  const run = await runTool(tools.ffmpeg.path, args, {
    signal,
    task: watchedTask(tools, source.path, "input"),
    pipes: outlets.flatMap(({ sinks }) => sinks),
  });
  requireRead(requireNotKilled(run, "ffmpeg"), source.path);
  const files = texts.map((one) => [one.index, one.text()] as const);
  return { fields, texts: new Map(files) };
}

function fieldOutlet(
  { captions, ...stream }: ExtractedFields,
  clock: (time: Ticks) => Ticks,
): Outlet {
  const reader = new FieldReader(stream, clock, captions);
  const { sinks } = reader.packets;
  return { index: stream.index, options: reader.outputOptions, sinks };
}

/** ffmpeg's pipes have numbers behind those of the three that each program has. */
function outputsOf(outlets: readonly Outlet[]): FfmpegOutput[] {
  const all = outlets.flatMap(({ index, options }) =>
    options.map((own) => [
      // Otherwise ffmpeg moves all captions when the first begins below zero.
      ...["-map", `0:${index}`, "-avoid_negative_ts", "disabled"],
      ...own,
    ]),
  );
  return all.map((options, i) => ({ path: `pipe:${i + 3}`, options }));
}

function decoderInput({ index, decoderOptions }: DecodableText): string[] {
  return Object.entries(decoderOptions ?? {}).flatMap(([name, value]) => [
    `-${name}:${index}`,
    ...(value === true ? [] : [value]),
  ]);
}

function beatOutput(index: number): FfmpegOutput {
  const path = process.platform === "win32" ? "NUL" : "/dev/null";
  return {
    path,
    options: ["-map", `0:${index}`, "-c", "copy", "-f", "null"],
  };
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
