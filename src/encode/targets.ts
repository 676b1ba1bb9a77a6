import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EncodePlan, VideoPlan } from "../plan/encode-plan.js";
import { replaceText } from "../util/files.js";
import type { EncodeContext, EncodedStep } from "./engine.js";
import { lengthOf, piecesOf, type Piece, type RungTarget } from "./piece.js";
import { fillBehind, shareBits } from "./share-bits.js";
import { isMeasured, statisticsOf, weightFile } from "./weigh.js";

/** Bits per second of each rung, highest first; of each of them, those of the pieces in turn. */
type Shares = readonly (readonly number[])[];

const SHARES = "shares.json";

/** Shares out the bits of each rung among the pieces, by their weights: the files of {@link weighPiece}. */
export async function shareOut(
  plan: EncodePlan,
  picture: VideoPlan,
  { folder }: Pick<EncodeContext, "folder">,
): Promise<EncodedStep> {
  const pieces = piecesOf(plan);
  const weights: number[] = [];
  for (const piece of pieces) {
    const text = await readFile(join(folder, weightFile(piece)), "utf8");
    weights.push(Number(text));
  }
  const frames = pieces.map((each) => lengthOf(plan, picture, each));
  const shares: Shares = picture.rungs.map(({ bitrate, maxBitrate }) =>
    shareBits(weights, frames, bitrate, maxBitrate),
  );
  await replaceText(join(folder, SHARES), JSON.stringify(shares));
  return { files: [SHARES], complaints: [], notes: [] };
}

/**
 * What each rung shall be in a piece.
 *
 * @param index of the piece
 * @returns undefined when one quality decides
 */
export async function targetsOf(
  picture: VideoPlan,
  piece: Piece,
  index: number,
  folder: string,
): Promise<RungTarget[] | undefined> {
  if (picture.crf !== undefined) return undefined;
  const text = await readFile(join(folder, SHARES), "utf8");
  const shares = JSON.parse(text) as Shares;
  const isWeighed = isMeasured(picture);
  const statistics = statisticsOf(piece, folder);
  return picture.rungs.map((rung, i) => {
    const { bitrate, maxBitrate: cap } = rung;
    const own = shares[i] ?? [];
    const before = own[index - 1];
    return {
      bitrate: own[index] ?? bitrate,
      ...(before !== undefined && { firstFill: fillBehind(before, cap) }),
      ...(isWeighed(rung) && !picture.twoPass && { statistics }),
    };
  });
}
