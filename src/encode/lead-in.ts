import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readMovie } from "../isobmff/read-movie.js";
import { lastFill, type Bucket } from "../media/leaky-bucket.js";
import { ratio } from "../media/time.js";
import type { EncodePlan, VideoPlan } from "../plan/encode-plan.js";
import type { EncodeContext } from "./engine.js";
import { videoGraph, videoOutput } from "./picture-args.js";
import {
  partOf,
  piecesInput,
  USUAL_FILL,
  type Piece,
  type RungTarget,
} from "./piece.js";
import { runCommand } from "./run-command.js";

/** So long x264 needs to fill the buffer of easy pictures, and to empty that of others. */
const SECONDS = 2;

/**
 * Encodes the pictures right before a piece, to see how full they leave the buffer: the piece itself does not wait for
 * the one before it. In a full buffer x264 begins with a good picture; with hard pictures it would then overflow the
 * line.
 */
export async function targetsByLeadIn(
  plan: EncodePlan,
  picture: VideoPlan,
  piece: Piece,
  context: EncodeContext,
): Promise<RungTarget[]> {
  const { rungs } = picture;
  if (piece.from === 0) return rungs.map(({ bitrate }) => ({ bitrate }));
  const leadIn = before(picture, piece);
  const part = partOf(picture, leadIn, undefined);
  const paths = rungs.map((_, i) =>
    join(context.folder, `lead-in-${i}-${piece.from}.mp4`),
  );
  const command = {
    ...piecesInput(plan, picture, leadIn),
    filters: videoGraph(part, ""),
    outputs: part.rungs.map((rung, i) => {
      const files = { path: paths[i] ?? "", statistics: "" };
      return videoOutput(part, rung, `[rung${i}]`, files, "only");
    }),
  };
  // What it finds about the source is told by the piece before.
  const quietly = { ...context, onProgress: undefined };
  await runCommand(plan, command, SECONDS, quietly);
  return Promise.all(
    rungs.map(async (rung, i) => ({
      bitrate: rung.bitrate,
      firstFill: await fillBehind(paths[i] ?? "", rung, leadIn),
    })),
  );
}

/** Whole GOPs. */
function before({ grid }: VideoPlan, { from }: Piece): Piece {
  const { gopFrames, frameRate } = grid;
  const gops = Math.max(
    1,
    Math.round((SECONDS * ratio(frameRate)) / gopFrames),
  );
  return { from: Math.max(0, from - gops * gopFrames), to: from };
}

async function fillBehind(
  path: string,
  bucket: Bucket,
  { from }: Piece,
): Promise<number> {
  const [track] = await readMovie(path);
  await rm(path);
  if (track === undefined) return USUAL_FILL;
  const fill = lastFill(track, bucket, from > 0 ? USUAL_FILL : undefined);
  return Math.min(1, Math.max(LEAST, fill));
}

/** x264 cannot begin in an empty buffer. */
const LEAST = 0.1;
