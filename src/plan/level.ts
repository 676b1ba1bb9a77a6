/** A picture and its rate, as a level limits them. */
export interface LevelNeeds {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** Peak in bits per second. */
  readonly maxBitrate: number;
}

/**
 * The lowest H.264 level that holds a picture. Old boxes look at it before
 * they decode, so it is neither guessed too high nor too low.
 * ISO/IEC 14496-10 table A-1
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

/** Macroblocks in a frame and a second, and the peak bitrate of Main profile (High may have 1.25 times as much). */
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
