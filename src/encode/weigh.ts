import { copyFile, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ratio } from "../media/time.js";
import type { EncodePlan, VideoPlan, VideoRung } from "../plan/encode-plan.js";
import { exists, replaceText } from "../util/files.js";
import type { EncodeContext, EncodedStep } from "./engine.js";
import { NOWHERE } from "./outputs.js";
import {
  videoGraph,
  videoOutput,
  type PictureToEncode,
} from "./picture-args.js";
import {
  framesOf,
  lengthOf,
  partOf,
  piecesInput,
  type Piece,
} from "./piece.js";
import { runCommand } from "./run-command.js";
import type { Weight } from "./share-bits.js";

/** Small enough to cost little beside the rungs, large enough to have their motion. */
const SMALL = "scale=w=320:h=-2:flags=bicubic";
const CRF = 26;

/**
 * Encodes small pictures of a piece with one quality: x264's first pass. It tells how many bits the piece needs beside
 * others, and is the statistics for all rungs: x264 takes those of another size, and allows for it.
 */
export async function weighPiece(
  plan: EncodePlan,
  picture: VideoPlan,
  piece: Piece,
  context: EncodeContext,
): Promise<EncodedStep> {
  const { folder } = context;
  const part = smallPart(picture, piece);
  const prefix = statisticsOf(piece, folder);
  const command = {
    ...piecesInput(plan, picture, piece),
    filters: videoGraph(part, ""),
    outputs: part.rungs.map((rung) =>
      videoOutput(
        ...([part, rung, "[rung0]"] as const),
        { path: NOWHERE, statistics: prefix },
        "first",
      ),
    ),
  };
  const rate = ratio(picture.grid.frameRate);
  const seconds = lengthOf(plan, picture, piece) / rate;
  const found = await runCommand(plan, command, seconds, context);
  // A piece of which nothing decodes leaves none; its encode tells why.
  const text = await readFile(`${prefix}-0.log`, "utf8").catch(() => "");
  const weight = weightFile(piece);
  await replaceText(join(folder, weight), JSON.stringify(weightIn(text, rate)));
  const files = [weight, ...(await forAllRungs(prefix, picture.rungs.length))];
  return { ...found, files, hasSought: framesOf(picture, piece).from > 0 };
}

function smallPart(picture: VideoPlan, piece: Piece): PictureToEncode {
  const part = partOf(picture, piece, undefined);
  const [rung] = picture.rungs.filter(isMeasured(picture));
  if (rung === undefined) throw new Error("no rung to weigh");
  const filters = [SMALL, "format=yuv420p", "setsar=1"];
  return { ...part, rungs: [{ ...rung, filters, weighingCrf: CRF }] };
}

/** Pictures without B-frames and with them have different statistics: those of the most rungs are made. */
export function isMeasured({ rungs }: VideoPlan): (rung: VideoRung) => boolean {
  const isSimple = rungs.every(({ profile }) => profile === "baseline");
  return ({ profile }) => (profile === "baseline") === isSimple;
}

/** Short beside a buffer, long beside the few pictures between two that are large. */
const PART_SECONDS = 0.5;

function weightIn(statistics: string, frameRate: number): Weight {
  const pictures = bitsIn(statistics);
  const count = Math.max(
    1,
    Math.round(pictures.length / (PART_SECONDS * frameRate)),
  );
  const begin = (part: number) => Math.round((part * pictures.length) / count);
  const parts = Array.from({ length: count }, (_, part) =>
    sum(pictures.slice(begin(part), begin(part + 1))),
  );
  return { parts };
}

/** x264 writes the bits of each picture: of its residuals, its motion, and the rest. */
function bitsIn(statistics: string): number[] {
  return statistics
    .split("\n")
    .filter((line) => line.startsWith("in:"))
    .map((line) =>
      sum(
        [...line.matchAll(/ (?:tex|mv|misc):(\d+)/g)].map(([, n]) => Number(n)),
      ),
    );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** ffmpeg looks for the statistics of each output under a name of its own. */
async function forAllRungs(prefix: string, rungs: number): Promise<string[]> {
  const names: string[] = [];
  for (const end of [".log", ".log.mbtree"]) {
    if (!(await exists(`${prefix}-0${end}`))) continue;
    for (let i = 0; i < rungs; i++) {
      const path = `${prefix}-${i}${end}`;
      if (i > 0) await copyFile(`${prefix}-0${end}`, path);
      names.push(basename(path));
    }
  }
  return names;
}

/** Prefix of the paths of x264's statistics of a piece. */
export function statisticsOf({ from }: Piece, folder: string): string {
  return join(folder, `weighed-${from}`);
}

/** Name of the file with the {@link Weight} of a piece. */
export function weightFile({ from }: Piece): string {
  return `weight-${from}`;
}
