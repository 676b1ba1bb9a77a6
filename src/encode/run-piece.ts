import { readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import { ratio } from "../media/time.js";
import type { EncodePlan, VideoPlan } from "../plan/encode-plan.js";
import { replaceText } from "../util/files.js";
import type { EncodeContext, EncodedStep } from "./engine.js";
import type { Pass } from "./outputs.js";
import { videoGraph } from "./picture-args.js";
import {
  framesOf,
  lengthOf,
  pieceCommand,
  pieceFiles,
  piecesInput,
  piecesOf,
  type Piece,
  type RungTarget,
} from "./piece.js";
import { partFilters } from "./part.js";
import { runCommand } from "./run-command.js";
import { fillBehind, shareBits } from "./share-bits.js";

/**
 * Encodes all rungs of a piece.
 *
 * @throws PackError as the engine does, `encode` when it has another number of frames than the plan
 */
export async function encodePiece(
  plan: EncodePlan,
  picture: VideoPlan,
  piece: Piece,
  context: EncodeContext,
): Promise<EncodedStep> {
  const { folder } = context;
  const seconds =
    lengthOf(plan, picture, piece) / ratio(picture.grid.frameRate);
  const targets = await targetsOf(plan, picture, piece, folder);
  const passes: Pass[] = picture.twoPass ? ["first", "second"] : ["only"];
  const complaints: string[] = [];
  const notes: string[] = [];
  for (const [i, pass] of passes.entries()) {
    const command = pieceCommand(plan, picture, piece, folder, pass, targets);
    const found = await runCommand(plan, command, seconds, {
      ...context,
      onProgress: (progress) =>
        context.onProgress?.({
          ...progress,
          fraction: (i + progress.fraction) / passes.length,
        }),
    });
    complaints.push(...found.complaints);
    notes.push(...found.notes);
  }
  const files = pieceFiles(picture, piece, folder);
  for (const { statistics } of files) await removeStatistics(statistics);
  await requireFrames(
    files.map(({ path }) => path),
    piece,
    plan,
  );
  const names = files.map(({ path }) => basename(path));
  return {
    files: names,
    complaints,
    notes,
    hasSought: hasSought(picture, piece),
  };
}

function hasSought(picture: VideoPlan, piece: Piece): boolean {
  return framesOf(picture, piece).from > 0;
}

async function removeStatistics(path: string): Promise<void> {
  for (const end of ["-0.log", "-0.log.mbtree"])
    await rm(`${path}${end}`, { force: true });
}

/** A piece that lacks a frame would shift all behind it. The end of the film is where the source ends. */
async function requireFrames(
  paths: readonly string[],
  { from, to }: Piece,
  { source }: EncodePlan,
): Promise<void> {
  for (const path of paths) {
    const [track] = await readMovie(path);
    const found = track?.samples.count ?? 0;
    const expected = to === undefined ? Math.max(1, found) : to - from;
    if (found === expected) continue;
    throw new PackError(
      "encode",
      `${source.path}: the piece from frame ${from} has ${found} frames. Expected ${expected}.`,
      {
        hint: "--pieces off encodes the film in one.",
        facts: { file: source.path, from, found, expected },
      },
    );
  }
}

/** Of a quick encode of small pictures: it tells how the bits that one quality needs differ from piece to piece. */
const WEIGHING = [
  ...["-c:v", "libx264", "-preset", "superfast", "-crf", "26"],
  ...["-x264-params", "cpu-independent=1", "-threads", "1"],
  ...["-an", "-f", "h264"],
] as const;

const SMALL = "scale=320:-2:flags=bicubic+accurate_rnd+bitexact";

/** Finds out how many bits a piece needs beside others. */
export async function weighPiece(
  plan: EncodePlan,
  picture: VideoPlan,
  piece: Piece,
  context: EncodeContext,
): Promise<EncodedStep> {
  const { folder } = context;
  const path = join(folder, `weighed-${piece.from}.h264`);
  const [graph = ""] = videoGraph(
    {
      ...picture,
      filters: [
        ...partFilters(picture.filters, framesOf(picture, piece)),
        SMALL,
      ],
      rungs: [],
    },
    "",
  );
  const command = {
    ...piecesInput(plan, picture, piece),
    filters: [graph.replace(/,split=0$/, ",format=yuv420p[small]")],
    outputs: [{ path, options: ["-map", "[small]", ...WEIGHING] }],
  };
  const seconds =
    lengthOf(plan, picture, piece) / ratio(picture.grid.frameRate);
  const found = await runCommand(plan, command, seconds, context);
  const { size } = await stat(path);
  await rm(path);
  const name = weightFile(piece);
  await replaceText(join(folder, name), String(size));
  return { ...found, files: [name], hasSought: hasSought(picture, piece) };
}

function weightFile({ from }: Piece): string {
  return `weight-${from}`;
}

/** @returns undefined when one quality decides */
async function targetsOf(
  plan: EncodePlan,
  picture: VideoPlan,
  piece: Piece,
  folder: string,
): Promise<RungTarget[] | undefined> {
  if (picture.crf !== undefined) return undefined;
  const pieces = piecesOf(plan);
  const weights = await Promise.all(
    pieces.map(async (each) =>
      Number(await readFile(join(folder, weightFile(each)), "utf8")),
    ),
  );
  const frames = pieces.map((each) => lengthOf(plan, picture, each));
  const index = pieces.findIndex(({ from }) => from === piece.from);
  return picture.rungs.map(({ bitrate, maxBitrate: cap }) => {
    const shares = shareBits(weights, frames, bitrate, cap);
    const before = shares[index - 1];
    return {
      bitrate: shares[index] ?? bitrate,
      ...(before !== undefined && { firstFill: fillBehind(before, cap) }),
    };
  });
}
