import { fragmentBars, STATES } from "./fragment-bars.js";
import { startDrawing, type Drawing } from "./canvas.js";
import type { FragmentRow } from "./fragment-rows.js";
import {
  fragmentEdges,
  LABELS,
  secondsToX,
  type TimelineView,
} from "./timeline-view.js";

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

/** A bitrate goes below the name: both have no room side by side. */
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
