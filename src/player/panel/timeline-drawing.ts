import type { PackageStream } from "../shared/api.js";
import { TICKS_PER_SECOND, lastAtOrBefore } from "../shared/format.js";
import { startDrawing, type Drawing } from "./canvas.js";
import type { Downloads, FragmentRow, FragmentState } from "./fragment-rows.js";

export const ROW = 34;
const BAR = 26;

export function drawTimeline(canvas: HTMLCanvasElement, view: TimelineView) {
  const drawing = startDrawing(canvas);
  if (drawing === undefined) return;
  view.rows.forEach((row, at) => drawRow(drawing, view, row, at));
  const { pen, colour, height } = drawing;
  pen.fillStyle = colour("--text");
  pen.fillRect(secondsToX(drawing.width, view, view.now) - 1, 0, 2, height);
}

function drawRow(
  drawing: Drawing,
  view: TimelineView,
  row: FragmentRow,
  at: number,
): void {
  const { pen, colour, width } = drawing;
  const base = at * ROW + BAR + 4;
  drawName(drawing, row.name, base);
  pen.fillStyle = colour("--line");
  pen.fillRect(LABELS, base, width - LABELS, 1);
  const bars = fragmentBars(row, view, width);
  for (const state of STATES) {
    pen.fillStyle = colour(`--${state}`);
    for (const bar of bars)
      if (bar.state === state) {
        const high = Math.max(2, BAR * bar.share);
        pen.fillRect(bar.x, base - high, bar.wide, high);
      }
  }
  if (view.selected?.row === at)
    drawSelected(drawing, view, row, view.selected.index, base);
}

/** The bitrate goes below the name: side by side they have no room. */
function drawName({ pen, colour }: Drawing, name: string, base: number): void {
  pen.fillStyle = colour("--muted");
  pen.textAlign = "right";
  pen.textBaseline = "bottom";
  const [, first = name, second = ""] =
    /^(.*) ([\d.]+ \w+\/s)$/.exec(name) ?? [];
  const lines = second === "" ? [first] : [first, second];
  lines
    .toReversed()
    .forEach((text, i) =>
      pen.fillText(text, LABELS - 8, base - i * 13, LABELS - 8),
    );
}

function drawSelected(
  { pen, colour, width }: Drawing,
  view: TimelineView,
  { stream }: FragmentRow,
  index: number,
  base: number,
): void {
  const [start, end] = fragmentEdges(stream, index, view, width);
  if (end < LABELS || start > width) return;
  pen.strokeStyle = colour("--text");
  pen.lineWidth = 2;
  pen.strokeRect(start, base - BAR, Math.max(4, end - start), BAR + 2);
}

/** The bar of a fragment, or of all fragments that share a pixel. */
interface Bar {
  readonly x: number;
  readonly wide: number;
  /** Relative to the largest fragment's size, 0 to 1. */
  readonly share: number;
  readonly state: FragmentState;
}

/** Later states are drawn above earlier ones; if several share a pixel, the latest is shown. */
const STATES: readonly FragmentState[] = ["not", "replaced", "used"];

/**
 * The bars of a row, from left to right. A film of two hours has thousands of fragments: fragments
 * that share a pixel become one bar, as high as the largest.
 */
function fragmentBars(
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
    // A line between neighbours if there is room.
    wide: isThin ? 1 : end - begin - gap,
    share: (row.level.sizes[index] ?? 0) / row.largest,
    state: view.downloads.stateOf(row, index),
  };
}

function joined(a: Bar, b: Bar): Bar {
  const state = STATES.indexOf(a.state) > STATES.indexOf(b.state) ? a : b;
  return { ...a, share: Math.max(a.share, b.share), state: state.state };
}

/** Left of the bars, in pixels. */
const LABELS = 72;

export interface TimelineView {
  readonly rows: readonly FragmentRow[];
  readonly downloads: Downloads;
  /** The visible part of the film, in seconds. */
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly selected: { readonly row: number; readonly index: number } | null;
}

type TimeSpan = Pick<TimelineView, "from" | "to">;

/** The place of a second of the film in a canvas of this width. */
function secondsToX(
  width: number,
  { from, to }: TimeSpan,
  seconds: number,
): number {
  return LABELS + ((width - LABELS) * (seconds - from)) / (to - from);
}

export function xToSeconds(
  width: number,
  { from, to }: TimeSpan,
  x: number,
): number {
  return from + ((x - LABELS) / (width - LABELS)) * (to - from);
}

/** The begin and the end of a fragment in a canvas of this width. */
function fragmentEdges(
  { times, durations }: PackageStream,
  index: number,
  view: TimeSpan,
  width: number,
): [begin: number, end: number] {
  const begin = times[index] ?? 0;
  const end = begin + (durations[index] ?? 0);
  return [
    Math.max(LABELS, secondsToX(width, view, begin / TICKS_PER_SECOND)),
    secondsToX(width, view, end / TICKS_PER_SECOND),
  ];
}
