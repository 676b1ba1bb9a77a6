import { freemem } from "node:os";
import type { FfmpegCommand } from "../ffmpeg/command.js";
import {
  audioStreams,
  type EncodePlan,
  type VideoPlan,
} from "../plan/encode-plan.js";
import type { EncodeContext, EncodedStep, EncodeStep } from "./engine.js";
import { lengthOf, pieceCommand, piecesOf, type Piece } from "./piece.js";
import { encodePiece } from "./run-piece.js";
import { weighPiece } from "./weigh.js";

/** A step, and how it is done. */
export interface Work {
  readonly step: EncodeStep;
  readonly run: (context: EncodeContext) => Promise<EncodedStep>;
}

/** Parts of the whole work, roughly: sound is encoded a hundred times as fast as it is heard. */
const SHARES = { sound: 0.02, weigh: 0.06 };

/**
 * The work on a film whose picture is cut into pieces. The sound is never cut: each joint would be heard.
 *
 * @param sound how the sound is made
 */
export function workInPieces(
  plan: EncodePlan,
  picture: VideoPlan,
  sound: Work["run"],
): Work[][] {
  const pieces = piecesOf(plan);
  const hasSound = audioStreams(plan).length > 0;
  const isWeighed = picture.crf === undefined;
  const left =
    1 - (hasSound ? SHARES.sound : 0) - (isWeighed ? SHARES.weigh : 0);
  const frames = pieces.map((piece) => lengthOf(plan, picture, piece));
  const all = frames.reduce((sum, count) => sum + count, 0);
  const stepsOf = (
    name: string,
    label: string,
    share: number,
    run: (piece: Piece, context: EncodeContext) => Promise<EncodedStep>,
  ) =>
    pieces.map((piece, i): Work => ({
      step: {
        // The others decide about its bits.
        name: `${name} ${i + 1} of ${pieces.length}, ${piece.from}-${piece.to ?? ""}`,
        ...{ label, share: (share * (frames[i] ?? 0)) / all },
      },
      run: (context) => run(piece, context),
    }));
  const soundStep = { name: "sound", label: "encode", share: SHARES.sound };
  return [
    isWeighed
      ? stepsOf("weigh", "share out the bits", SHARES.weigh, (piece, context) =>
          weighPiece(plan, picture, piece, context),
        )
      : [],
    [
      ...(hasSound ? [{ step: soundStep, run: sound }] : []),
      ...stepsOf("piece", "encode", left, (piece, context) =>
        encodePiece(plan, picture, piece, context),
      ),
    ],
  ];
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

/** As many pieces at once as there are threads, and as the memory holds. */
export function lanesFor({ rungs }: VideoPlan, threads: number): number {
  const [{ width, height } = { width: 0, height: 0 }] = rungs;
  const each =
    LEAST_BYTES + (BYTES_OF_1080P * width * height) / PIXELS_OF_1080P;
  return Math.max(1, Math.min(threads, Math.floor(freemem() / each)));
}
