import { PackError } from "../errors.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import type { MuxPlan } from "./mux-plan.js";

/** A difference that deserves a note: an eighth. */
const SAME_LENGTH = 1 / 8;

/** What became of the length that was asked for. The last fragment is what is left. */
export function lengthNotes(
  { cutTimes }: Pick<MuxPlan, "cutTimes">,
  seconds: number,
): string[] {
  const lengths = cutTimes
    .slice(1)
    .map((time, i) => (time - (cutTimes[i] ?? 0)) / SMOOTH_TIMESCALE);
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  const isClose = (length: number) =>
    Math.abs(length - seconds) <= seconds * SAME_LENGTH;
  if (lengths.length === 0 || (isClose(least) && isClose(most))) return [];
  const [from, to] = [least, most].map((one) => String(Number(one.toFixed(2))));
  const range = from === to ? from : `${from} to ${to}`;
  return [
    `Fragments are ${range} s long, not ${seconds}: each begins at a key frame, and the inputs have theirs there.`,
  ];
}

/** The wanted length of a fragment. */
export const DEFAULT_SECONDS = 2;

/** Players load a whole fragment before they show its first picture. */
export function requireFragmentLength(seconds: number): void {
  if (seconds >= 0.5 && seconds <= 60) return;
  throw new PackError(
    "usage",
    `--fragment is ${seconds}. Expected seconds from 0.5 to 60.`,
    { facts: { option: "--fragment", found: seconds } },
  );
}
