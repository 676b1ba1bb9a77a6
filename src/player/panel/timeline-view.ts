import { TICKS_PER_SECOND } from "../shared/format.js";
import type { PackageStream } from "../shared/api.js";
import type { Downloads, FragmentRow } from "./fragment-rows.js";

/** Left of the bars, in pixels. */
export const LABELS = 72;

export interface TimelineView {
  readonly rows: readonly FragmentRow[];
  readonly downloads: Downloads;
  /** In seconds: what of the film is shown. */
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly selected: { readonly row: number; readonly index: number } | null;
}

type Span = Pick<TimelineView, "from" | "to">;

/** Where a second of the film is in a canvas of this width. */
export function secondsToX(
  width: number,
  { from, to }: Span,
  seconds: number,
): number {
  return LABELS + ((width - LABELS) * (seconds - from)) / (to - from);
}

export function xToSeconds(
  width: number,
  { from, to }: Span,
  x: number,
): number {
  return from + ((x - LABELS) / (width - LABELS)) * (to - from);
}

/** Where a fragment begins and ends in a canvas of this width. */
export function fragmentEdges(
  { times, durations }: PackageStream,
  index: number,
  view: Span,
  width: number,
): [begin: number, end: number] {
  const begin = times[index] ?? 0;
  const end = begin + (durations[index] ?? 0);
  return [
    Math.max(LABELS, secondsToX(width, view, begin / TICKS_PER_SECOND)),
    secondsToX(width, view, end / TICKS_PER_SECOND),
  ];
}
