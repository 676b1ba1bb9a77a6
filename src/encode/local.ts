import { join } from "node:path";
import { PackError } from "../errors.js";
import type { EncodePlan } from "../plan/encode-plan.js";
import { commandLine, ffmpegArguments } from "../tools/ffmpeg-command.js";
import { lastLines, runTool } from "../tools/run.js";
import type { EncodeContext, EncodedRung, Engine } from "./engine.js";
import { encodeCommand, type EncodeFiles, type Pass } from "./ffmpeg-args.js";
import { progressReader } from "./progress.js";

/** One ffmpeg on this machine; two runs of it for two passes. */
export const localEngine: Engine = {
  commands(plan, folder) {
    const files = filesIn(folder, plan);
    return passesOf(plan).map((pass) =>
      ffmpegArguments(encodeCommand(plan, files, pass)),
    );
  },

  async encode(plan, context) {
    const files = filesIn(context.folder, plan);
    const passes = passesOf(plan);
    for (const [i, pass] of passes.entries()) {
      await runPass(plan, files, pass, context, {
        index: i,
        count: passes.length,
      });
    }
    return encodedRungs(plan, files);
  },
};

function passesOf(plan: EncodePlan): Pass[] {
  return plan.video?.twoPass ? ["first", "second"] : ["only"];
}

/** Plain names: nothing of the user's file name can trouble ffmpeg here. */
function filesIn(folder: string, plan: EncodePlan): EncodeFiles {
  const rungs = plan.video?.rungs ?? [];
  return {
    video: rungs.map((_, i) => join(folder, `video-${i}.mp4`)),
    audio: join(folder, "audio.mp4"),
    statistics: rungs.map((_, i) => join(folder, `statistics-${i}`)),
  };
}

function encodedRungs(plan: EncodePlan, files: EncodeFiles): EncodedRung[] {
  const video = (plan.video?.rungs ?? []).map((rung, i) => ({
    rung,
    pieces: [files.video[i] ?? ""],
  }));
  return plan.audio
    ? [...video, { rung: plan.audio, pieces: [files.audio] }]
    : video;
}

async function runPass(
  plan: EncodePlan,
  files: EncodeFiles,
  pass: Pass,
  context: EncodeContext,
  position: { index: number; count: number },
): Promise<void> {
  const { tools, signal, onProgress, salvage } = context;
  const args = ffmpegArguments(encodeCommand(plan, files, pass));
  const read = progressReader(plan.durationSeconds, position, (progress) =>
    onProgress?.(progress),
  );
  const { exitCode, stderr } = await runTool(tools.ffmpeg.path, args, {
    signal,
    onLine: read,
  });
  if (exitCode !== 0)
    throw failure(exitCode, stderr, commandLine(tools.ffmpeg.path, args));
  const [firstError, ...more] = errorLines(stderr);
  if (firstError === undefined || salvage) return;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  throw new PackError(
    "input",
    `${plan.source.path}: is damaged, ffmpeg says: ${firstError}${others}.`,
    {
      hint: "--salvage packages what can be decoded.",
      facts: {
        file: plan.source.path,
        errors: [firstError, ...more].slice(0, 20),
      },
    },
  );
}

function failure(exitCode: number, stderr: string, command: string): PackError {
  const lastWords = lastLines(stderr, 6);
  const message = `ffmpeg ended with exit code ${exitCode}. Its last words:\n${lastWords}`;
  return new PackError("encode", message, {
    hint: `The command was: ${command}`,
    facts: { exitCode, stderr: lastWords, command },
  });
}

/** ffmpeg goes on after a part that it cannot decode, and ends with exit code 0: only these lines tell. */
function errorLines(stderr: string): string[] {
  const lines = stderr
    .split(/[\r\n]+/)
    .filter((line) => /\[(?:error|fatal)\]/.test(line));
  return lines.map((line) =>
    line.replace(/^.*\[(?:error|fatal)\] /, "").trim(),
  );
}
