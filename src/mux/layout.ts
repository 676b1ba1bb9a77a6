import type { Ticks } from "../media/time.js";

/** When a fragment plays and where it lies in its file. */
export interface FragmentSpan {
  readonly time: Ticks;
  readonly duration: Ticks;
  readonly moofOffset: number;
}
