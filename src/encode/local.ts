import { join } from "node:path";
import {
  type EncodePlan,
  mediaStreams,
  videoStream,
} from "../plan/encode-plan.js";
import { complaintsIn, lateStreamIn } from "../ffmpeg/stderr.js";
import { ffmpegArguments } from "../ffmpeg/command.js";
import { runTool } from "../ffmpeg/run.js";
import { watchedTask } from "../ffmpeg/stall.js";
import type {
  EncodeContext,
  EncodedRung,
  EncodedStep,
  EncodeProgress,
  Engine,
} from "./engine.js";
import { commandLine } from "../util/format.js";
import { encodeCommand, type Pass, type RungFiles } from "./ffmpeg-args.js";
import { requireGoodRun, isAboutLeftOut, judgeLateStream } from "./judge.js";

/** One ffmpeg on this machine; two runs of it for two passes. */
export const localEngine: Engine = {
  commands(plan, folder) {
    const files = filesIn(folder, plan);
    return passesOf(plan).map((pass) =>
      ffmpegArguments(encodeCommand(plan, files, pass)),
    );
  },

  steps: (plan) => passesOf(plan).map(stepOf),

  run(plan, step, context) {
    const passes = passesOf(plan);
    const index = passes.findIndex((pass) => stepOf(pass) === step);
    const pass = passes[index];
    if (pass === undefined) throw new Error(`no step "${step}" of this plan`);
    return runPass(plan, pass, context, { index, count: passes.length });
  },

  rungs: (plan, folder) => rungsOf(plan, filesIn(folder, plan)),
};

function stepOf(pass: Pass): string {
  return `pass ${pass}`;
}

function passesOf(plan: EncodePlan): Pass[] {
  const { twoPass = false, rungs = [] } = videoStream(plan) ?? {};
  const isEncoded = rungs.some(({ copied }) => copied === undefined);
  return twoPass && isEncoded ? ["first", "second"] : ["only"];
}

/** The files of each stream's rungs. Their plain names keep the user's file name away from ffmpeg. */
function filesIn(folder: string, plan: EncodePlan): RungFiles[][] {
  let count = 0;
  return mediaStreams(plan).map(({ kind, name, rungs }) =>
    rungs.map((_, i) => {
      const isNumbered = kind === "video" || rungs.length > 1;
      return {
        path: join(folder, `${name}${isNumbered ? `-${i}` : ""}.mp4`),
        statistics: join(folder, `statistics-${count++}`),
      };
    }),
  );
}

/** Rungs of which the source's tables are read lie in the source. */
function rungsOf(
  plan: EncodePlan,
  files: readonly (readonly RungFiles[])[],
): EncodedRung[] {
  const { source } = plan;
  return mediaStreams(plan).flatMap((stream, k) =>
    stream.rungs.map((rung, i) => ({
      ...{ stream, rung },
      pieces: [
        rung.copied?.trackId === undefined
          ? (files[k]?.[i]?.path ?? "")
          : source.path,
      ],
    })),
  );
}

/** A broken hour has many; the first ones are enough. */
const COMPLAINTS_KEPT = 1000;

async function runPass(
  plan: EncodePlan,
  pass: Pass,
  context: EncodeContext,
  position: { index: number; count: number },
): Promise<EncodedStep> {
  const { folder, tools, signal, onProgress } = context;
  const { source } = plan;
  const args = ffmpegArguments(
    encodeCommand(plan, filesIn(folder, plan), pass),
  );
  const read = progressReader(plan.durationSeconds, position, (progress) =>
    onProgress?.(progress),
  );
  const stderrLines: string[] = [];
  const notes: string[] = [];
  const run = await runTool(tools.ffmpeg.path, args, {
    signal,
    task: watchedTask(tools, source.path, "encode"),
    onLine: read,
    onErrorLine: (line) => {
      const late = lateStreamIn(line);
      if (late !== undefined) notes.push(judgeLateStream(late, source));
      if (stderrLines.length < COMPLAINTS_KEPT && !isAboutLeftOut(line, source))
        stderrLines.push(...complaintsIn(line));
    },
  });
  const complaints = await requireGoodRun(run, {
    complaints: stderrLines,
    source: source.path,
    folder,
    command: commandLine(tools.ffmpeg.path, args),
  });
  return { complaints, notes };
}

/**
 * Reads ffmpeg's `-progress` lines: `key=value`, a report ending with
 * `progress=continue` or `progress=end`.
 *
 * @param durationSeconds length of film that one pass encodes
 * @param position the index of the pass, and the number of passes
 * @returns a function to feed with each line
 */
export function progressReader(
  durationSeconds: number,
  position: { index: number; count: number },
  report: (progress: EncodeProgress) => void,
): (line: string) => void {
  const label =
    position.count === 1
      ? "encode"
      : `encode, pass ${position.index + 1} of ${position.count}`;
  let values: Record<string, string> = {};
  return (line) => {
    const [key = "", value = ""] = line.trim().split(/=\s*/, 2);
    values[key] = value;
    if (key !== "progress") return;
    const done = value === "end" ? 1 : encodedSeconds(values) / durationSeconds;
    report({
      fraction: (position.index + clamp(done)) / position.count,
      framesPerSecond: numberIn(values["fps"]),
      speed: numberIn(values["speed"]),
      label,
    });
    values = {};
  };
}

/** The unit of ffmpeg's out_time_ms has always been microseconds; out_time_us came later. */
function encodedSeconds(values: Readonly<Record<string, string>>): number {
  return numberIn(values["out_time_us"] ?? values["out_time_ms"]) / 1e6;
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

/** "N/A" and the like give 0. */
function numberIn(text: string | undefined): number {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) ? value : 0;
}
