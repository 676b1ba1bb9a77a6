import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import { ratio } from "../media/time.js";
import {
  crfOf,
  hasSharedBits,
  type EncodePlan,
  type VideoPlan,
} from "../plan/encode-plan.js";
import type { EncodeContext, EncodedStep } from "./engine.js";
import type { Pass, RungFiles } from "./outputs.js";
import { targetsByLeadIn } from "./lead-in.js";
import {
  framesOf,
  lengthOf,
  pieceCommand,
  pieceFiles,
  piecesOf,
  type Piece,
  type RungTarget,
} from "./piece.js";
import { runCommand } from "./run-command.js";
import { targetsOf } from "./targets.js";

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
  const targets = await targetsIn(plan, picture, piece, context);
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
  for (const [i, { statistics }] of files.entries())
    await removeStatistics(`${statistics}-${i}.log`);
  await requireFrames(files, piece, plan, complaints);
  const names = files.map(({ path }) => basename(path));
  return {
    files: names,
    complaints,
    notes,
    hasSought: framesOf(picture, piece).from > 0,
  };
}

/** With one quality, only the pictures right before the piece decide about it. A ladder may have rungs of both kinds. */
async function targetsIn(
  plan: EncodePlan,
  picture: VideoPlan,
  piece: Piece,
  context: EncodeContext,
): Promise<RungTarget[]> {
  const hasQuality = picture.rungs.some(
    (rung) => crfOf(picture, rung) !== undefined,
  );
  const byLeadIn = hasQuality
    ? await targetsByLeadIn(plan, picture, piece, context)
    : [];
  if (!hasSharedBits(picture)) return byLeadIn;
  const index = piecesOf(plan).findIndex(({ from }) => from === piece.from);
  const shared = await targetsOf(picture, piece, index, context.folder);
  return picture.rungs.map((rung, i) => {
    const targets = crfOf(picture, rung) === undefined ? shared : byLeadIn;
    return targets[i] ?? { bitrate: rung.bitrate };
  });
}

async function removeStatistics(path: string): Promise<void> {
  for (const end of ["", ".mbtree"]) await rm(path + end, { force: true });
}

/** A piece that lacks a frame would shift all behind it. The end of the film is where the source ends. */
async function requireFrames(
  files: readonly RungFiles[],
  { from, to }: Piece,
  { source }: EncodePlan,
  [complaint]: readonly string[],
): Promise<void> {
  for (const { path } of files) {
    const [track] = await readMovie(path);
    const found = track?.samples.count ?? 0;
    const expected = to === undefined ? Math.max(1, found) : to - from;
    if (found === expected) continue;
    const facts = { file: source.path, from, found, expected };
    const counts = `the piece from frame ${from} has ${found} frames. Expected ${expected}`;
    throw complaint === undefined
      ? new PackError("encode", `${source.path}: ${counts}.`, {
          hint: "--pieces off encodes the film in one.",
          facts,
        })
      : new PackError(
          "input",
          `${source.path}: is damaged: ${counts}; ffmpeg says: ${complaint.replace(/\.$/, "")}.`,
          {
            hint: "--salvage packages what can be decoded.",
            facts: { ...facts, errors: [complaint] },
          },
        );
  }
}
