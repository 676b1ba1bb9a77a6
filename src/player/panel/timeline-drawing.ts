import { TICKS_PER_SECOND } from "../shared/format.js";
import { lastAtOrBefore } from "../shared/order.js";
import { startDrawing, type Drawing } from "./canvas.js";
import type { Downloads, FragmentRow } from "./fragment-rows.js";

export const LABELS = 72;
export const ROW = 34;
const BAR = 26;

export interface TimelineView {
  readonly rows: readonly FragmentRow[];
  readonly downloads: Downloads;
  /** In seconds: what of the film is shown. */
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly selected: { readonly row: number; readonly index: number } | null;
}

export function drawTimeline(canvas: HTMLCanvasElement, view: TimelineView) {
  const drawing = startDrawing(canvas);
  if (drawing === undefined) return;
  view.rows.forEach((row, at) => drawRow(drawing, view, row, at));
  const { pen, colour, height } = drawing;
  pen.fillStyle = colour("--text");
  pen.fillRect(secondsToX(drawing.width, view, view.now) - 1, 0, 2, height);
}

/** Where a second of the film is in a canvas of this width. */
export function secondsToX(
  width: number,
  { from, to }: Pick<TimelineView, "from" | "to">,
  seconds: number,
): number {
  return LABELS + ((width - LABELS) * (seconds - from)) / (to - from);
}

export function xToSeconds(
  width: number,
  { from, to }: Pick<TimelineView, "from" | "to">,
  x: number,
): number {
  return from + ((x - LABELS) / (width - LABELS)) * (to - from);
}

function drawRow(
  drawing: Drawing,
  view: TimelineView,
  row: FragmentRow,
  at: number,
): void {
  const { pen, colour, width } = drawing;
  const base = at * ROW + BAR + 4;
  pen.fillStyle = colour("--muted");
  pen.textAlign = "right";
  pen.textBaseline = "bottom";
  pen.fillText(row.name, LABELS - 8, base, LABELS - 8);
  pen.fillStyle = colour("--line");
  pen.fillRect(LABELS, base, width - LABELS, 1);
  const { times } = row.stream;
  const first = lastAtOrBefore(times, view.from * TICKS_PER_SECOND);
  for (let i = Math.max(0, first); i < times.length; i++) {
    if ((times[i] ?? 0) > view.to * TICKS_PER_SECOND) break;
    drawFragment(drawing, view, row, at, i);
  }
}

const COLOURS = {
  used: "--used",
  replaced: "--replaced",
  not: "--not",
} as const;

function drawFragment(
  { pen, colour, width }: Drawing,
  view: TimelineView,
  row: FragmentRow,
  at: number,
  index: number,
): void {
  const { times, durations } = row.stream;
  const start = (times[index] ?? 0) / TICKS_PER_SECOND;
  const end = start + (durations[index] ?? 0) / TICKS_PER_SECOND;
  const x = Math.max(LABELS, secondsToX(width, view, start));
  const wide = secondsToX(width, view, end) - x;
  const high = Math.max(2, (BAR * (row.level.sizes[index] ?? 0)) / row.largest);
  const base = at * ROW + BAR + 4;
  pen.fillStyle = colour(COLOURS[view.downloads.stateOf(row, index)]);
  // A line between neighbours where there is room for one.
  pen.fillRect(x, base - high, Math.max(0.5, wide - (wide > 3 ? 1 : 0)), high);
  if (view.selected?.row !== at || view.selected.index !== index) return;
  pen.strokeStyle = colour("--text");
  pen.lineWidth = 2;
  pen.strokeRect(x, base - BAR, Math.max(4, wide), BAR + 2);
}
