import { TICKS_PER_SECOND, lastAtOrBefore } from "../shared/format.js";
import type { FragmentRow, FragmentState } from "./fragment-rows.js";
import { fragmentEdges, type TimelineView } from "./timeline-view.js";

/** What is drawn of a fragment, or of all those that share a pixel. */
export interface Bar {
  readonly x: number;
  readonly wide: number;
  /** Of the largest fragment's size, 0 to 1. */
  readonly share: number;
  readonly state: FragmentState;
}

/** The later ones are drawn above the earlier ones, and told where several share a pixel. */
export const STATES: readonly FragmentState[] = ["not", "replaced", "used"];

/**
 * The bars of a row, from left to right. A film of two hours has thousands of
 * fragments: those that share a pixel become one bar, as high as the largest.
 */
export function fragmentBars(
  row: FragmentRow,
  view: TimelineView,
  width: number,
): Bar[] {
  const { times } = row.stream;
  const bars: Bar[] = [];
  const first = lastAtOrBefore(times, view.from * TICKS_PER_SECOND);
  for (let i = Math.max(0, first); i < times.length; i++) {
    if ((times[i] ?? 0) > view.to * TICKS_PER_SECOND) break;
    const bar = barOf(row, view, width, i);
    const last = bars.at(-1);
    if (last?.x === bar.x) bars[bars.length - 1] = joined(last, bar);
    else bars.push(bar);
  }
  return bars;
}

function barOf(
  row: FragmentRow,
  view: TimelineView,
  width: number,
  index: number,
): Bar {
  const [begin, end] = fragmentEdges(row.stream, index, view, width);
  const isThin = end - begin < 1;
  const gap = end - begin > 3 ? 1 : 0;
  return {
    x: isThin ? Math.floor(begin) : begin,
    // A line between neighbours where there is room for one.
    wide: isThin ? 1 : end - begin - gap,
    share: (row.level.sizes[index] ?? 0) / row.largest,
    state: view.downloads.stateOf(row, index),
  };
}

function joined(a: Bar, b: Bar): Bar {
  const state = STATES.indexOf(a.state) > STATES.indexOf(b.state) ? a : b;
  return { ...a, share: Math.max(a.share, b.share), state: state.state };
}
