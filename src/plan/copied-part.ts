import type { FrameRange } from "../media/fragment-length.js";
import { ratio, type Rational } from "../media/time.js";
import type { CopyFacts } from "./copyable.js";
import type { RangeSettings } from "./range.js";
import type { Timing } from "./timing.js";

/**
 * The frames of a part whose picture is taken as it is: from the key frame at or before its begin to the first one
 * at or after its end, or to the end of the film. Whether the film has such a part, `range.ts` asks.
 *
 * @param keyFrames frames at which decoding can begin without loss, ascending from 0
 */
export function framesAtKeyFrames(
  keyFrames: readonly number[],
  rate: Rational,
  { start = 0, end, duration = Infinity }: RangeSettings,
): FrameRange {
  const frameAt = (seconds: number) => Math.round(seconds * ratio(rate));
  const [first, last] = [frameAt(start), frameAt(end ?? start + duration)];
  const from = keyFrames.findLast((frame) => frame <= first) ?? 0;
  const to = keyFrames.find((frame) => frame >= last && frame > from);
  return { from, ...(to !== undefined && { to }) };
}

/** Those frames; undefined when the picture cannot be taken as it is, or all of it is packaged. */
export function framesOfCopy({ video }: CopyFacts): FrameRange | undefined {
  return video && "frames" in video ? video.frames : undefined;
}

/** Where a part begins and ends instead of the times that were asked for, in words. */
export function copiedPartNotes(
  { startSeconds = 0, durationSeconds, filmSeconds, isOpen }: Timing,
  { start = 0, end, duration = Infinity }: RangeSettings,
): string[] {
  if (filmSeconds === undefined) return [];
  const asked = Math.min(end ?? start + duration, filmSeconds);
  const found = startSeconds + durationSeconds;
  const where = isOpen ? "with the film" : "before a key frame of the source";
  return [
    ...(isNear(startSeconds, start)
      ? []
      : [
          `--copy video: the part begins at ${text(startSeconds)} s, with a key frame of the source, not at ${text(start)} s`,
        ]),
    ...(isNear(found, asked)
      ? []
      : [
          `--copy video: the part ends at ${text(found)} s, ${where}, not at ${text(asked)} s`,
        ]),
  ];
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < 0.0005;
}

function text(seconds: number): string {
  return String(Number(seconds.toFixed(3)));
}
