import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ffmpegArguments } from "../ffmpeg/command.js";
import {
  type EncodePlan,
  mediaStreams,
  videoStream,
} from "../plan/encode-plan.js";
import type {
  EncodeContext,
  EncodedRung,
  EncodedStep,
  EncodeStep,
  Engine,
} from "./engine.js";
import { encodeCommand, type Pass, type RungFiles } from "./ffmpeg-args.js";
import { runCommand } from "./run-command.js";

/** One ffmpeg on this machine; two runs of it for two passes. */
export const localEngine: Engine = {
  commands(plan, folder) {
    const files = filesIn(folder, plan);
    return passesOf(plan).map((pass) =>
      ffmpegArguments(encodeCommand(plan, files, pass)),
    );
  },

  stages: (plan) =>
    passesOf(plan).map((pass, i, { length }) => [stepOf(pass, i, length)]),

  lanes: () => 1,

  run(plan, { name }, context) {
    const pass = passesOf(plan).find((each) => `pass ${each}` === name);
    if (pass === undefined) throw new Error(`no step "${name}" of this plan`);
    return runPass(plan, pass, context);
  },

  rungs: (plan, folder) => rungsOf(plan, filesIn(folder, plan)),
};

function stepOf(pass: Pass, i: number, count: number): EncodeStep {
  const label = count === 1 ? "encode" : `encode, pass ${i + 1} of ${count}`;
  return { name: `pass ${pass}`, label, share: 1 / count };
}

function passesOf(plan: EncodePlan): Pass[] {
  const { twoPass = false, rungs = [] } = videoStream(plan) ?? {};
  const isEncoded = rungs.some(({ copied }) => copied === undefined);
  return twoPass && isEncoded ? ["first", "second"] : ["only"];
}

const STATISTICS = "statistics";

/** The files of each stream's rungs. Their plain names keep the user's file name away from ffmpeg. */
function filesIn(folder: string, plan: EncodePlan): RungFiles[][] {
  let count = 0;
  return mediaStreams(plan).map(({ kind, name, rungs }) =>
    rungs.map((_, i) => {
      const isNumbered = kind === "video" || rungs.length > 1;
      return {
        path: join(folder, `${name}${isNumbered ? `-${i}` : ""}.mp4`),
        statistics: join(folder, `${STATISTICS}-${count++}`),
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

async function runPass(
  plan: EncodePlan,
  pass: Pass,
  context: EncodeContext,
): Promise<EncodedStep> {
  const { folder } = context;
  const command = encodeCommand(plan, filesIn(folder, plan), pass);
  const found = await runCommand(plan, command, plan.durationSeconds, context);
  const names = await readdir(folder);
  const isStatistics = (name: string) => name.startsWith(STATISTICS);
  const files = names.filter((name) =>
    pass === "first" ? isStatistics(name) : name.endsWith(".mp4"),
  );
  return { ...found, files };
}
