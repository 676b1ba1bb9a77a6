import type {
  FfmpegCommand,
  FfmpegInput,
  FfmpegOutput,
} from "../ffmpeg/command.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { clockOptions } from "../media/film-clock.js";
import {
  type EncodePlan,
  type PlanStream,
  type VideoPlan,
  videoStream,
} from "../plan/encode-plan.js";
import { videoIn } from "../probe/source-info.js";
import { deviceOptions } from "./hardware-args.js";
import type { Pass, RungFiles } from "./outputs.js";
import { partFilters, seekOptions, startOfPart } from "./part.js";
import { videoGraph, videoOutput } from "./picture-args.js";
import {
  audioGraph,
  audioMark,
  audioOutput,
  isDecoded,
  takenOut,
} from "./sound-args.js";

/**
 * One ffmpeg run: it decodes the source once, splits the picture to all rungs, and
 * makes the sound beside them. Copied streams are decoded too, to nowhere: otherwise
 * damage stays unseen, and ffmpeg's time 0 is the start of the streams that it reads.
 *
 * @param files of each stream's rungs
 */
export function encodeCommand(
  plan: EncodePlan,
  files: readonly (readonly RungFiles[])[],
  pass: Pass,
): FfmpegCommand {
  const { streams } = plan;
  return {
    ...filmInput(plan),
    filters: streams.flatMap((stream, i) => graphOf(stream, markOf(plan, i))),
    outputs: streams.flatMap((stream, i) =>
      outputsOf(stream, markOf(plan, i), files[i] ?? [], pass),
    ),
  };
}

/** How ffmpeg reads the film, or the part of it, that a plan is about. */
export function filmInput(plan: EncodePlan): FfmpegInput {
  const { source } = plan;
  const video = videoStream(plan);
  return {
    inputOptions: [
      ...REPORTING,
      ...(video ? deviceOptions(video) : []),
      // A part of the film is not decoded from the film's begin.
      ...(plan.startSeconds === undefined
        ? []
        : seekOptions(source, startOfPart(plan, video))),
      // Where the file's clock jumps, filters make it the film's.
      ...clockOptions(source.clock),
      // Only the demuxer that probe found: ffmpeg opens nothing that the file names.
      ...readingOptions(source.path, source.container),
      // The plan turns the picture, after its fields are woven.
      ...(video ? ["-noautorotate"] : []),
      // Otherwise ffmpeg would build all filters anew for a part of another size, and
      // count times from 0 again.
      ...(video && videoIn(source)?.shapes ? ["-reinit_filter", "0"] : []),
    ],
    input: source.path,
  };
}

/** How each run tells what it does and finds. */
export const REPORTING = [
  // Machines read the progress on stdout, people read the errors on stderr.
  ...["-hide_banner", "-nostats", "-nostdin"],
  ...["-progress", "pipe:1"],
  // Each line carries its severity: ffmpeg reports damage in the source only here.
  ...["-loglevel", "level+warning"],
] as const;

/** Keeps the labels of several streams of a kind apart. */
function markOf({ streams }: EncodePlan, index: number): string {
  const before = streams
    .slice(0, index)
    .filter(({ kind }) => kind === streams[index]?.kind);
  return before.length === 0 ? "" : `_s${before.length}`;
}

function partOf(stream: VideoPlan): VideoPlan {
  const { filters, frames } = stream;
  return frames === undefined
    ? stream
    : { ...stream, filters: partFilters(filters, frames) };
}

/** ffmpeg does not handle text. */
function graphOf(stream: PlanStream, mark: string): string[] {
  switch (stream.kind) {
    case "video":
      return videoGraph(partOf(stream), mark);
    case "audio":
      return stream.rungs
        .filter(isDecoded)
        .flatMap((rung, i) => audioGraph(stream, rung, audioMark(mark, i)));
    case "text":
      return [];
  }
}

function outputsOf(
  stream: PlanStream,
  mark: string,
  files: readonly RungFiles[],
  pass: Pass,
): FfmpegOutput[] {
  switch (stream.kind) {
    case "video":
      return stream.rungs.map((rung, i) =>
        videoOutput(stream, rung, `[rung${i}${mark}]`, files[i], pass),
      );
    case "audio":
      return stream.rungs.flatMap((rung, i) =>
        isDecoded(rung)
          ? audioOutput(rung, `[sound${audioMark(mark, i)}]`, files[i], pass)
          : takenOut(stream, files[i], pass),
      );
    case "text":
      return [];
  }
}
