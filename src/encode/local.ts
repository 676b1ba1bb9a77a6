import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { ffmpegArguments, type FfmpegCommand } from "../ffmpeg/command.js";
import {
  type EncodePlan,
  mediaStreams,
  type VideoPlan,
  videoStream,
} from "../plan/encode-plan.js";
import { canSeek } from "../plan/pieces.js";
import type {
  EncodeContext,
  EncodedRung,
  EncodedStep,
  EncodeStep,
  Engine,
} from "./engine.js";
import { encodeCommand } from "./ffmpeg-args.js";
import type { Pass, RungFiles } from "./outputs.js";
import {
  firstPieceCommands,
  lanesFor,
  workInPieces,
  type Work,
} from "./in-pieces.js";
import { pieceFiles, piecesOf } from "./piece.js";
import { runCommand } from "./run-command.js";
import { withThreads } from "./threads.js";

/** ffmpeg on this machine: one run for all, two for two passes; or a run for each piece, several side by side. */
export const localEngine: Engine = {
  commands: (plan, folder) => commandsOf(plan, folder).map(ffmpegArguments),

  stages: (plan) => workOf(plan).map((stage) => stage.map(({ step }) => step)),

  lanes(plan, threads) {
    const picture = inPieces(plan);
    return picture ? lanesFor(picture, threads) : 1;
  },

  run(plan, { name }, context) {
    const work = workOf(plan)
      .flat()
      .find(({ step }) => step.name === name);
    if (work === undefined) throw new Error(`no step "${name}" of this plan`);
    return work.run(context);
  },

  rungs: (plan, folder) => rungsOf(plan, folder),
};

/** The picture, when it is encoded in pieces. */
function inPieces(plan: EncodePlan): VideoPlan | undefined {
  const picture = videoStream(plan);
  return picture?.pieces === undefined ? undefined : picture;
}

function withoutPicture(plan: EncodePlan): EncodePlan {
  const streams = plan.streams.filter(({ kind }) => kind !== "video");
  return { ...plan, streams };
}

/** Each step of a plan looks its work up among all. */
const known = new WeakMap<EncodePlan, Work[][]>();

function workOf(plan: EncodePlan): Work[][] {
  const work = known.get(plan) ?? makeWork(plan);
  known.set(plan, work);
  return work;
}

function makeWork(plan: EncodePlan): Work[][] {
  const picture = inPieces(plan);
  if (picture)
    return workInPieces(plan, picture, (context) =>
      runPass(withoutPicture(plan), "only", context),
    );
  return passesOf(plan).map((pass, i, { length }) => [
    {
      step: stepOf(pass, i, length),
      run: (context) => runPass(plan, pass, context),
    },
  ]);
}

function commandsOf(plan: EncodePlan, folder: string): FfmpegCommand[] {
  const picture = inPieces(plan);
  const rest = picture ? withoutPicture(plan) : plan;
  const pieces = picture ? firstPieceCommands(plan, picture, folder) : [];
  const files = filesIn(folder, rest);
  const isEmpty = rest.streams.length === 0;
  const passes = picture ? (["only"] as const) : passesOf(plan);
  return [
    ...pieces,
    ...(isEmpty ? [] : passes.map((pass) => encodeCommand(rest, files, pass))),
  ];
}

function stepOf(pass: Pass, i: number, count: number): EncodeStep {
  const label = count === 1 ? "encode" : `encode, pass ${i + 1} of ${count}`;
  const before = pass === "second" ? [{ step: "pass first" }] : [];
  return { name: `pass ${pass}`, label, share: 1 / count, needs: before };
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
function rungsOf(plan: EncodePlan, folder: string): EncodedRung[] {
  const { source } = plan;
  const files = filesIn(folder, plan);
  const pieces = piecesOf(plan);
  return mediaStreams(plan).flatMap((stream, k) =>
    stream.rungs.map((rung, i) => {
      const isWhole = stream.kind !== "video" || pieces.length === 0;
      const own = isWhole
        ? [files[k]?.[i]?.path ?? ""]
        : pieces.map((each) => pieceFiles(stream, each, folder)[i]?.path ?? "");
      const isOfSource = rung.copied?.trackId !== undefined;
      return { ...{ stream, rung }, pieces: isOfSource ? [source.path] : own };
    }),
  );
}

async function runPass(
  plan: EncodePlan,
  pass: Pass,
  context: EncodeContext,
): Promise<EncodedStep> {
  const { folder, threads } = context;
  const files = filesIn(folder, plan);
  const command = withThreads(encodeCommand(plan, files, pass), threads);
  const found = await runCommand(plan, command, plan.durationSeconds, context);
  const own = files
    .flat()
    .map(({ path, statistics }) =>
      basename(pass === "first" ? statistics : path),
    );
  const names = await readdir(folder);
  const isOwn = (name: string) =>
    own.some((each) => name === each || name.startsWith(`${each}-`));
  const hasSought = plan.startSeconds !== undefined && canSeek(plan.source);
  return { ...found, files: names.filter(isOwn), hasSought };
}
