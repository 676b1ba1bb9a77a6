import { ratio, type Rational } from "../media/time.js";
import { kilobits } from "../util/format.js";
import type { SkippedRung } from "./encode-plan.js";
import type { PresetRung } from "./preset.js";

/** A rung of the preset fitted to the source: its size and rates. */
export interface FittedRung {
  readonly preset: PresetRung;
  readonly width: number;
  readonly height: number;
  readonly bitrate: number;
  readonly maxBitrate: number;
  readonly level: string;
}

export interface Ladder {
  readonly rungs: readonly FittedRung[];
  readonly skipped: readonly SkippedRung[];
  readonly notes: readonly string[];
}

export interface LadderInput {
  /** Upright size of the source in square pixels. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  readonly rungs: readonly PresetRung[];
  readonly allowUpscale: boolean;
}

/** Bits grow slower than pixels; the usual ladders follow the exponent 0.75. */
const PIXEL_EXPONENT = 0.75;

/** The bitrate is scaled when the picture has fewer pixels than this share of the box. */
const SCALE_BELOW = 0.95;

/** A source-sized rung needs this many times the pixels of the next one. */
const WORTH_HAVING = 1.25;

/**
 * Fits the preset's rungs to a source: inside each rung's box, never larger
 * than the source, with the source's aspect ratio, in even sizes. The lowest
 * rung that is larger than the source takes the source's own size: a source
 * between two rungs keeps its detail, and a source below all keeps one rung.
 */
export function fitLadder(input: LadderInput): Ladder {
  const sorted = [...input.rungs].sort(
    (a, b) => pixels(b) - pixels(a) || b.bitrate - a.bitrate,
  );
  const fitted = sorted.map((rung) => fitRung(rung, input));
  const kept: FittedRung[] = [];
  const skipped: SkippedRung[] = [];
  fitted.forEach((rung, i) => {
    const reason = input.allowUpscale
      ? undefined
      : reasonToSkip(rung, fitted[i + 1], input);
    if (reason === undefined) kept.push(rung);
    else skipped.push({ name: rung.preset.name, reason });
  });
  return {
    rungs: uniqueBitrates(kept),
    skipped,
    notes: kept.flatMap((rung) => noteOn(rung)),
  };
}

/** Fits a size into a box, turned for portrait, in even numbers, keeping the aspect ratio. */
export function fitSize(
  source: { width: number; height: number },
  box: { width: number; height: number },
  allowUpscale: boolean,
): { width: number; height: number } {
  const portrait = source.height > source.width;
  const boxWidth = portrait ? box.height : box.width;
  const boxHeight = portrait ? box.width : box.height;
  const fit = Math.min(boxWidth / source.width, boxHeight / source.height);
  if (!allowUpscale && fit >= 1) {
    return { width: evenBelow(source.width), height: evenBelow(source.height) };
  }
  return { width: even(source.width * fit), height: even(source.height * fit) };
}

function fitRung(rung: PresetRung, input: LadderInput): FittedRung {
  const size = fitSize(input, rung, input.allowUpscale);
  const rates =
    ratio(input.frameRate) > 30.5 ? (rung.above30fps ?? rung) : rung;
  const scale = pixelScale(size, rung);
  const maxBitrate = scaled(rates.maxBitrate, scale);
  const framesPerSecond = ratio(input.frameRate);
  return {
    preset: rung,
    ...size,
    bitrate: scaled(rates.bitrate, scale),
    maxBitrate,
    level: rates.level ?? levelFor({ ...size, framesPerSecond, maxBitrate }),
  };
}

/** How many of the box's bits a smaller picture needs, 0 to 1. */
export function pixelScale(
  size: { width: number; height: number },
  box: { width: number; height: number },
): number {
  const share = pixels(size) / pixels(box);
  return share < SCALE_BELOW ? share ** PIXEL_EXPONENT : 1;
}

/** Why a rung is left out; undefined when it stays. */
function reasonToSkip(
  rung: FittedRung,
  lower: FittedRung | undefined,
  source: LadderInput,
): string | undefined {
  if (lower === undefined || !isShrunk(rung)) return undefined;
  if (isSameSize(rung, lower)) {
    return `larger than the source (${source.width}x${source.height})`;
  }
  if (pixels(rung) < WORTH_HAVING * pixels(lower)) {
    return `at the source's ${rung.width}x${rung.height} it would be too near ${lower.preset.name} (${lower.width}x${lower.height})`;
  }
  return undefined;
}

/** Smaller than its box on both sides: the source ends before the box does. */
function isShrunk({ preset, width, height }: FittedRung): boolean {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const [boxLong, boxShort] = [
    Math.max(preset.width, preset.height),
    Math.min(preset.width, preset.height),
  ];
  return long < boxLong && short < boxShort;
}

function isSameSize(a: FittedRung, b: FittedRung): boolean {
  return a.width === b.width && a.height === b.height;
}

/** Two rungs with the same number of kbit/s would share their file name. */
function uniqueBitrates(rungs: readonly FittedRung[]): FittedRung[] {
  const taken = new Set<number>();
  return [...rungs]
    .reverse()
    .map((rung) => {
      let bitrate = rung.bitrate;
      while (taken.has(kilobits(bitrate))) bitrate += BITRATE_STEP;
      taken.add(kilobits(bitrate));
      return {
        ...rung,
        bitrate,
        maxBitrate: Math.max(rung.maxBitrate, bitrate),
      };
    })
    .reverse();
}

function noteOn(rung: FittedRung): string[] {
  const { preset, width, height, bitrate } = rung;
  if (pixels(rung) / pixels(preset) >= SCALE_BELOW) return [];
  return [
    `${preset.name}: ${width}x${height} has fewer pixels than ${preset.width}x${preset.height}; bitrate scaled by their ratio to the power ${PIXEL_EXPONENT} to ${bitrate / 1000} kbit/s`,
  ];
}

const BITRATE_STEP = 10_000;

/** A bitrate for a smaller picture, in whole steps. */
export function scaled(bitrate: number, scale: number): number {
  if (scale === 1) return bitrate;
  return Math.max(
    BITRATE_STEP,
    Math.round((bitrate * scale) / BITRATE_STEP) * BITRATE_STEP,
  );
}

/** The nearest even size. */
export function even(size: number): number {
  return Math.max(2, Math.round(size / 2) * 2);
}

/** 4:2:0 needs even sizes; a source is not enlarged by a pixel for that. */
function evenBelow(size: number): number {
  return Math.max(2, Math.floor(size / 2) * 2);
}

function pixels({ width, height }: { width: number; height: number }): number {
  return width * height;
}

/** The values of a picture that a level limits. */
interface LevelNeeds {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** Peak in bits per second. */
  readonly maxBitrate: number;
}

/**
 * The lowest H.264 level that holds a picture. Old boxes check it before they decode,
 * so it must be neither too high nor too low. ISO/IEC 14496-10 table A-1
 */
export function levelFor({
  width,
  height,
  framesPerSecond,
  maxBitrate,
}: LevelNeeds): string {
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const level = LEVELS.find(
    (row) =>
      blocks <= row.blocks &&
      blocks * framesPerSecond <= row.blocksPerSecond &&
      maxBitrate <= row.maxBitrate,
  );
  return level?.name ?? "5.2";
}

/**
 * Macroblocks in a frame, macroblocks in a second, and the peak bitrate of Main profile
 * (High may have 1.25 times as much).
 */
const LEVELS = [
  { name: "3.0", blocks: 1620, blocksPerSecond: 40_500, maxBitrate: 10e6 },
  { name: "3.1", blocks: 3600, blocksPerSecond: 108_000, maxBitrate: 14e6 },
  { name: "3.2", blocks: 5120, blocksPerSecond: 216_000, maxBitrate: 20e6 },
  { name: "4.0", blocks: 8192, blocksPerSecond: 245_760, maxBitrate: 20e6 },
  { name: "4.1", blocks: 8192, blocksPerSecond: 245_760, maxBitrate: 50e6 },
  { name: "4.2", blocks: 8704, blocksPerSecond: 522_240, maxBitrate: 50e6 },
  { name: "5.0", blocks: 22_080, blocksPerSecond: 589_824, maxBitrate: 135e6 },
  { name: "5.1", blocks: 36_864, blocksPerSecond: 983_040, maxBitrate: 240e6 },
] as const;
