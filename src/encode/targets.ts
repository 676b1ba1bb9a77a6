import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ratio } from "../media/time.js";
import type { EncodePlan, VideoPlan, VideoRung } from "../plan/encode-plan.js";
import { replaceText } from "../util/files.js";
import type { EncodeContext, EncodedStep } from "./engine.js";
import { lengthOf, piecesOf, type Piece, type RungTarget } from "./piece.js";
import {
  LOW,
  shareBits,
  type WeighedPiece,
  type Weight,
} from "./share-bits.js";
import { isMeasured, statisticsOf, weightFile } from "./weigh.js";

/** What a rung shall be in each of its pieces. */
type Shares = readonly Pick<RungTarget, "bitrate" | "firstFill">[];

const SHARES = "shares.json";

/** Shares out the bits of each rung among the pieces, by their weights: the files of {@link weighPiece}. */
export async function shareOut(
  plan: EncodePlan,
  picture: VideoPlan,
  { folder }: Pick<EncodeContext, "folder">,
): Promise<EncodedStep> {
  const rate = ratio(picture.grid.frameRate);
  const pieces: WeighedPiece[] = [];
  for (const piece of piecesOf(plan)) {
    const text = await readFile(join(folder, weightFile(piece)), "utf8");
    const seconds = lengthOf(plan, picture, piece) / rate;
    pieces.push({ ...(JSON.parse(text) as Weight), seconds });
  }
  const low = picture.twoPass ? LOW.twoPass : LOW.onePass;
  const shares = picture.rungs.map((rung) => sharesOf(rung, pieces, low));
  await replaceText(join(folder, SHARES), JSON.stringify(shares));
  return { files: [SHARES], complaints: [], notes: [] };
}

/** The first piece begins as x264 begins a film. */
function sharesOf(
  rung: VideoRung,
  pieces: readonly WeighedPiece[],
  low: number,
): Shares {
  return shareBits(pieces, rung, low).map(({ bitrate, fill }, i) => ({
    bitrate,
    ...(i > 0 && { firstFill: fill }),
  }));
}

/**
 * Small pictures tell what a piece needs beside others, not how many bits that is: with x264's own tolerance, a piece
 * of eight seconds gets 8 % too many or too few.
 */
const TOLERANCE = 0.3;

/**
 * What each rung shall be in a piece.
 *
 * @param index of the piece
 */
export async function targetsOf(
  picture: VideoPlan,
  piece: Piece,
  index: number,
  folder: string,
): Promise<RungTarget[]> {
  const text = await readFile(join(folder, SHARES), "utf8");
  const shares = JSON.parse(text) as readonly Shares[];
  const isWeighed = isMeasured(picture);
  const statistics = statisticsOf(piece, folder);
  return picture.rungs.map((rung, i) => ({
    ...(shares[i]?.[index] ?? { bitrate: rung.bitrate }),
    ...(isWeighed(rung) &&
      !picture.twoPass && { statistics, tolerance: TOLERANCE }),
  }));
}
