import { ratio } from "../media/time.js";
import { bitrateDoubt, kilobits, parseBitrate } from "../util/format.js";
import type { SkippedRung } from "./encode-plan.js";
import { fitSize, levelFor, type FittedRung, type Ladder } from "./ladder.js";
import type { LadderInput } from "./ladder.js";
import type { PresetRung } from "./preset.js";
import { wrong } from "./wrong-setting.js";

/** Bounds of a whole ladder. All optional. */
export interface LadderLimits {
  /** How many rungs there are, 2 to 6. Default: those of the preset that fit the source. */
  readonly rungCount?: number | undefined;
  /**
   * No rung has a larger average: bits per second, or text such as `3000k`. Peaks keep their share of it. Default:
   * the rungs' own. Not for a copied picture.
   */
  readonly maxBitrate?: number | string | undefined;
}

const COUNTS = [2, 6] as const;

/** Below it, no picture of a ladder is worth looking at; above it, no H.264 level of ours holds the peak. */
const RATES = [100_000, 100_000_000] as const;

/** @throws PackError `usage` for a number of rungs or a bitrate that no ladder has */
export function checkLimits({ rungCount, maxBitrate }: LadderLimits): void {
  const [fewest, most] = COUNTS;
  const isCount = (count: number) =>
    Number.isInteger(count) && count >= fewest && count <= most;
  if (rungCount !== undefined && !isCount(rungCount))
    throw wrong(
      "--rung-count",
      rungCount,
      `a whole number from ${fewest} to ${most}`,
    );
  if (maxBitrate !== undefined) mostOf(maxBitrate);
}

function mostOf(text: number | string): number {
  const [least, most] = RATES;
  const rate = parseBitrate(text);
  const doubt = bitrateDoubt(text);
  if (doubt !== undefined) throw wrong("--max-bitrate", text, doubt);
  if (rate !== undefined && rate >= least && rate <= most) return rate;
  throw wrong(
    "--max-bitrate",
    text,
    `${kilobits(least)}k to ${kilobits(most)}k, such as 3000k`,
  );
}

/** The ladder within its bounds: first the bitrate, then the number of rungs. */
export function limitLadder(
  ladder: Ladder,
  { rungCount, maxBitrate }: LadderLimits,
  input: Omit<LadderInput, "rungs">,
): Ladder {
  const capped =
    maxBitrate === undefined ? ladder : capLadder(ladder, mostOf(maxBitrate));
  if (rungCount === undefined) return capped;
  return capped.rungs.length > rungCount
    ? thinned(capped, rungCount)
    : filled(capped, rungCount, input);
}

/** Rungs of a smaller ratio of their bitrates are one to a player: the least step of the usual ladders. */
const LEAST_STEP = 1.33;

/** With less than this share of its bits, a picture of half the size looks better (VMAF of ten clips). */
const LEAST_SHARE = 0.25;

/** Of rungs that the limit brings together the largest picture stays, as long as it has enough bits. */
function capLadder(ladder: Ladder, most: number): Ladder {
  const rungs: FittedRung[] = [];
  const skipped: SkippedRung[] = [...ladder.skipped];
  const limit = `--max-bitrate ${kilobits(most)}k`;
  ladder.rungs.forEach((rung, i) => {
    const isLast = i === ladder.rungs.length - 1 && rungs.length === 0;
    const above = rungs.at(-1);
    const isStarved = most < LEAST_SHARE * rung.bitrate && !isLast;
    const isNear = above?.bitrate === most && most < LEAST_STEP * rung.bitrate;
    const { name } = rung.preset;
    if (isStarved)
      skipped.push({
        name,
        reason: `at ${limit} a smaller picture looks better`,
      });
    else if (isNear)
      skipped.push({
        name,
        reason: `at ${limit} it would be too near ${above.preset.name}`,
      });
    else rungs.push(rung.bitrate > most ? atRate(rung, most) : rung);
  });
  return { ...ladder, rungs, skipped };
}

/** Peaks keep their share of the average. */
function atRate(rung: FittedRung, bitrate: number): FittedRung {
  const share = bitrate / rung.bitrate;
  return { ...rung, bitrate, maxBitrate: Math.round(rung.maxBitrate * share) };
}

/** The highest, the lowest, and those between that are most evenly apart. */
function thinned(ladder: Ladder, count: number): Ladder {
  const { rungs } = ladder;
  const logs = rungs.map(({ bitrate }) => Math.log(bitrate));
  const [top = 0, low = 0] = [logs[0], logs.at(-1)];
  const missOf = (kept: readonly number[]) =>
    kept.reduce((sum, at, k) => {
      const wanted = top + ((low - top) * k) / (count - 1);
      return sum + ((logs[at] ?? 0) - wanted) ** 2;
    }, 0);
  const choices = choose(rungs.length - 2, count - 2).map((between) => [
    0,
    ...between.map((i) => i + 1),
    rungs.length - 1,
  ]);
  const best = choices.reduce((a, b) => (missOf(b) < missOf(a) ? b : a));
  const kept = new Set(best);
  const reason = `--rung-count ${count} leaves it out: the others are more evenly apart`;
  const out = rungs.filter((_, i) => !kept.has(i));
  return {
    ...ladder,
    rungs: rungs.filter((_, i) => kept.has(i)),
    skipped: [
      ...ladder.skipped,
      ...out.map(({ preset: { name } }) => ({ name, reason })),
    ],
  };
}

/** All ways to take so many of the numbers from 0, ascending. */
function choose(of: number, count: number, from = 0): number[][] {
  if (count === 0) return [[]];
  const ways: number[][] = [];
  for (let i = from; i <= of - count; i++)
    for (const rest of choose(of, count - 1, i + 1)) ways.push([i, ...rest]);
  return ways;
}

/** Lines of pictures of 16:9 for which players and people look. */
const STANDARD_LINES = [1080, 900, 720, 600, 540, 480, 432, 360, 288, 240];

/** Nearer rungs are not worth an encode, though they are asked for. */
const LEAST_ADDED_STEP = 1.15;

/** Adds rungs of standard sizes, each in the widest gap that has room for one. */
function filled(
  ladder: Ladder,
  count: number,
  input: Omit<LadderInput, "rungs">,
): Ladder {
  const rungs = [...ladder.rungs];
  while (rungs.length < count) {
    const found = bestBetween(rungs, input);
    if (found === undefined) break;
    rungs.splice(found.at, 0, found.rung);
  }
  const { length } = rungs;
  // A size that the bitrate had left out may be back, with fewer bits.
  const skipped = ladder.skipped.filter(
    ({ name }) => !rungs.some(({ preset }) => preset.name === name),
  );
  const few = length === 1 ? "1 rung" : `${length} rungs`;
  const note = `--rung-count ${count}: no further standard size fits between the highest and the lowest: ${few}`;
  return length < count
    ? { ...{ rungs, skipped }, notes: [...ladder.notes, note] }
    : { ...ladder, rungs, skipped };
}

/** A rung to add, and its place. */
interface AddedRung {
  readonly at: number;
  readonly rung: FittedRung;
  /** How far it is from both neighbours: the ratio to the nearer one. */
  readonly step: number;
}

function bestBetween(
  rungs: readonly FittedRung[],
  input: Omit<LadderInput, "rungs">,
): AddedRung | undefined {
  const found = rungs.slice(1).flatMap((low, i) => {
    const high = rungs[i];
    return high === undefined
      ? []
      : STANDARD_LINES.flatMap((lines) => {
          const rung = between(high, low, lines, input);
          if (rung === undefined) return [];
          const step = Math.min(
            high.bitrate / rung.bitrate,
            rung.bitrate / low.bitrate,
          );
          return [{ at: i + 1, rung, step }];
        });
  });
  return found
    .filter(({ step }) => step >= LEAST_ADDED_STEP)
    .reduce<AddedRung | undefined>(
      (best, one) => (best === undefined || one.step > best.step ? one : best),
      undefined,
    );
}

/** Rates grow with the number of pixels, evenly in logarithms. Undefined where the size is not between. */
function between(
  high: FittedRung,
  low: FittedRung,
  lines: number,
  { frameRate, allowUpscale, ...source }: Omit<LadderInput, "rungs">,
): FittedRung | undefined {
  const box = { width: 2 * Math.round((lines * 8) / 9), height: lines };
  const size = fitSize(source, box, allowUpscale);
  const pixels = size.width * size.height;
  const [most, least] = [high.width * high.height, low.width * low.height];
  if (pixels >= most || pixels <= least) return undefined;
  const share = Math.log(pixels / least) / Math.log(most / least);
  const rateBetween = (a: number, b: number) =>
    STEP * Math.round((b * (a / b) ** share) / STEP);
  const bitrate = rateBetween(high.bitrate, low.bitrate);
  const maxBitrate = rateBetween(high.maxBitrate, low.maxBitrate);
  const framesPerSecond = ratio(frameRate);
  const level = levelFor({ ...size, framesPerSecond, maxBitrate });
  const preset: PresetRung = {
    ...{ ...box, name: `${lines}p`, bitrate, maxBitrate },
    profile: lines >= 720 ? high.preset.profile : low.preset.profile,
    bufferSeconds: high.preset.bufferSeconds,
  };
  return { preset, ...size, bitrate, maxBitrate, level };
}

const STEP = 10_000;
