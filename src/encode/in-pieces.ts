import { freeMemory } from "../util/memory.js";
import type { FfmpegCommand } from "../ffmpeg/command.js";
import {
  audioStreams,
  type EncodePlan,
  hasSharedBits,
  type VideoPlan,
} from "../plan/encode-plan.js";
import type { EncodeContext, EncodedStep, EncodeStep } from "./engine.js";
import { lengthOf, pieceCommand, piecesOf, type Piece } from "./piece.js";
import { encodePiece } from "./run-piece.js";
import { shareOut } from "./targets.js";
import { weighPiece, weightFile } from "./weigh.js";

/** A step, and how it is done. */
export interface Work {
  readonly step: EncodeStep;
  readonly run: (context: EncodeContext) => Promise<EncodedStep>;
}

/** Parts of the whole work, roughly: sound is encoded a hundred times as fast as it is heard. */
const SHARES = { sound: 0.02, weigh: 0.06 };

/**
 * The work on a film whose picture is cut into pieces: they are weighed, the bits are shared out, and all is encoded.
 * The sound is never cut: each joint would be heard.
 *
 * @param sound how the sound is made
 */
export function workInPieces(
  plan: EncodePlan,
  picture: VideoPlan,
  sound: Work["run"],
): Work[][] {
  const pieces = countedPieces(plan, picture);
  const hasSound = audioStreams(plan).length > 0;
  const isWeighed = hasSharedBits(picture);
  const left =
    1 - (hasSound ? SHARES.sound : 0) - (isWeighed ? SHARES.weigh : 0);
  const encoded = pieces.map(({ piece, share, cuts }): Work => ({
    step: {
      ...{ name: `piece ${cuts}`, label: "encode", share: share * left },
      needs: isWeighed ? [{ step: SHARE_OUT }, { step: `weigh ${cuts}` }] : [],
    },
    run: (context) => encodePiece(plan, picture, piece, context),
  }));
  const soundStep = { name: "sound", label: "encode", share: SHARES.sound };
  return [
    ...(isWeighed ? shareStages(plan, picture, pieces) : []),
    [
      ...(hasSound ? [{ step: { ...soundStep, needs: [] }, run: sound }] : []),
      ...encoded,
    ],
  ];
}

const SHARE_OUT = "share out";
const SHARE_LABEL = "share out the bits";

/** The stages that decide how many bits each piece gets. */
function shareStages(
  plan: EncodePlan,
  picture: VideoPlan,
  pieces: readonly CountedPiece[],
): Work[][] {
  const weighed = pieces.map(({ piece, share, cuts }): Work => ({
    step: {
      ...{ name: `weigh ${cuts}`, label: SHARE_LABEL, needs: [] },
      share: share * SHARES.weigh,
    },
    run: (context) => weighPiece(plan, picture, piece, context),
  }));
  const needs = weighed.map(({ step }, i) => ({
    step: step.name,
    begin: weightFile(pieces[i]?.piece ?? { from: 0 }),
  }));
  const step = { name: SHARE_OUT, label: SHARE_LABEL, share: 0, needs };
  return [
    weighed,
    [{ step, run: (context) => shareOut(plan, picture, context) }],
  ];
}

interface CountedPiece {
  readonly piece: Piece;
  /** Its part of all frames. */
  readonly share: number;
  /** Its place among all: the others decide about its bits. */
  readonly cuts: string;
}

function countedPieces(plan: EncodePlan, picture: VideoPlan): CountedPiece[] {
  const pieces = piecesOf(plan);
  const frames = pieces.map((piece) => lengthOf(plan, picture, piece));
  const all = frames.reduce((sum, count) => sum + count, 0);
  return pieces.map((piece, i) => ({
    piece,
    share: (frames[i] ?? 0) / all,
    cuts: `${i + 1} of ${pieces.length}, ${piece.from}-${piece.to ?? ""}`,
  }));
}

/** What `mss-pack plan` shows: the commands of the first piece, with the rungs' own bitrates. */
export function firstPieceCommands(
  plan: EncodePlan,
  picture: VideoPlan,
  folder: string,
): FfmpegCommand[] {
  const [first] = piecesOf(plan);
  if (first === undefined) return [];
  const passes = picture.twoPass
    ? (["first", "second"] as const)
    : (["only"] as const);
  return passes.map((pass) => pieceCommand(plan, picture, first, folder, pass));
}

/** Memory of an encode of all rungs up to 1080p, measured with the preset medium. */
const BYTES_OF_1080P = 800e6;
const PIXELS_OF_1080P = 1920 * 1080;
const LEAST_BYTES = 150e6;

/** Memory that the encode of a piece takes, all rungs at once, in bytes: an estimate. */
export function memoryOfPiece({ rungs }: VideoPlan): number {
  const [{ width, height } = { width: 0, height: 0 }] = rungs;
  return LEAST_BYTES + (BYTES_OF_1080P * width * height) / PIXELS_OF_1080P;
}

/** As many pieces at once as there are threads, and as the memory holds. */
export function lanesFor(picture: VideoPlan, threads: number): number {
  const fitting = Math.floor(freeMemory() / memoryOfPiece(picture));
  return Math.max(1, Math.min(threads, fitting));
}
