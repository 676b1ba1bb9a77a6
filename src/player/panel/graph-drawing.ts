import type { PlayerEngine } from "../engine/engine.js";
import { bitRate, clockText, shortSide } from "../shared/format.js";
import {
  linearScale,
  logScale,
  type Drawing,
  type Scale,
  type PixelSpan,
} from "./canvas.js";
import { HISTORY_SECONDS, type HistorySample } from "./history.js";

const RIGHT = 8;
const GAP = 22;
/** Labels closer than this would overlap. */
const LABEL = 13;
/** The time, at the bottom. */
const AXIS = 18;
const DROPPED = 30;
const TICK_SECONDS = 30;

interface GraphOptions {
  /** The place of the pointer, in seconds before now. */
  readonly pointed: number | null;
  /** Sound alone has no rungs and drops no frames. */
  readonly isSound: boolean;
}

/** From top to bottom: bandwidth and the chosen rung, the buffer, dropped frames, and the time. */
export function drawGraph(
  drawing: Drawing,
  samples: readonly HistorySample[],
  engine: PlayerEngine,
  { pointed, isSound }: GraphOptions,
): void {
  const { height } = drawing;
  const floor = height - AXIS;
  const low = isSound ? floor : floor - DROPPED;
  const middle = Math.round((low - GAP) * 0.62);
  timeAxis(drawing, floor);
  rates(drawing, samples, engine, [middle - 6, 8]);
  buffer(drawing, samples, [low - 8, middle + GAP]);
  if (!isSound) dropped(drawing, samples, [floor - 4, low + 4]);
  if (pointed === null) return;
  drawing.pen.fillStyle = drawing.colour("--text");
  drawing.pen.fillRect(xOf(drawing.width, pointed), 0, 1, floor);
}

/** A narrow graph has room for short labels only. */
const isNarrow = (width: number) => width < 480;

/** The left end of the time axis. */
const leftOf = (width: number) => (isNarrow(width) ? 68 : 104);

/** The place of a moment in a canvas of this width, and back. */
function xOf(width: number, secondsAgo: number): number {
  const left = leftOf(width);
  return left + (width - left - RIGHT) * (1 - secondsAgo / HISTORY_SECONDS);
}

export function secondsAgoAt(width: number, x: number): number {
  const left = leftOf(width);
  const share = 1 - (x - left) / (width - left - RIGHT);
  return Math.min(1, Math.max(0, share)) * HISTORY_SECONDS;
}

function timeAxis({ pen, width, colour }: Drawing, floor: number): void {
  pen.textBaseline = "top";
  for (let ago = 0; ago <= HISTORY_SECONDS; ago += TICK_SECONDS) {
    const x = Math.round(xOf(width, ago));
    pen.fillStyle = colour("--line");
    pen.fillRect(x, 0, 1, floor + 3);
    pen.fillStyle = colour("--muted");
    pen.textAlign = ago === 0 ? "right" : "center";
    const right = ago === 0 ? x + RIGHT : x;
    pen.fillText(ago === 0 ? "now" : `-${clockText(ago)}`, right, floor + 5);
  }
}

function rates(
  drawing: Drawing,
  samples: readonly HistorySample[],
  engine: PlayerEngine,
  span: PixelSpan,
): void {
  const rungs = engine.rungs();
  const bitrates = rungs.map(({ bitrate }) => bitrate);
  // Leave room for the rungs: the numbers show how fast a fast line is.
  const scale = logScale(
    Math.min(...bitrates, 1e6) / 2,
    Math.max(...bitrates, 1e6) * 4,
    span,
  );
  grid(
    drawing,
    rungs.map((rung) => [
      scale(rung.bitrate),
      isNarrow(drawing.width)
        ? shortSide(rung)
        : `${shortSide(rung)} ${bitRate(rung.bitrate)}`,
    ]),
  );
  if (rungs.length === 0) grid(drawing, [[scale(1e6), bitRate(1e6)]]);
  line(drawing, samples, scale, ({ rung }) => rung?.bitrate, "--rung", true);
  line(drawing, samples, scale, ({ bandwidth }) => bandwidth, "--bandwidth");
}

function buffer(
  drawing: Drawing,
  samples: readonly HistorySample[],
  span: PixelSpan,
) {
  const most = Math.max(20, ...samples.map((sample) => sample.buffer));
  const scale = linearScale(most, span);
  grid(
    drawing,
    [20, 10, 0].map((seconds) => [scale(seconds), `${seconds} s`]),
  );
  area(drawing, samples, scale);
}

/** Bars for the frames dropped since the sample before. */
function dropped(
  drawing: Drawing,
  samples: readonly HistorySample[],
  span: PixelSpan,
) {
  const { pen, colour } = drawing;
  const losses = samples.map((_, i) => droppedIn(samples, i));
  const most = Math.max(1, ...losses);
  const scale = linearScale(most, span);
  const sum = losses.reduce((a, b) => a + b, 0);
  grid(drawing, [[scale(0), `${sum} dropped`]]);
  const x = across(drawing, samples);
  pen.fillStyle = colour("--bad");
  for (const [i, { at }] of samples.entries()) {
    const y = scale(losses[i] ?? 0);
    pen.fillRect(x(at) - 2, y, 3, scale(0) - y);
  }
}

/** Frames dropped since the sample before. Counts restart with a new source. */
export function droppedIn(
  samples: readonly HistorySample[],
  i: number,
): number {
  const [before, now] = [samples[i - 1]?.dropped, samples[i]?.dropped ?? 0];
  if (before === undefined) return 0;
  return now < before ? now : now - before;
}

/** Lines, from top to bottom, with labels if there is room. */
function grid(
  { pen, width, colour }: Drawing,
  lines: readonly (readonly [y: number, text: string])[],
): void {
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  const left = leftOf(width);
  let lastLabel = -Infinity;
  for (const [y, text] of lines) {
    pen.fillStyle = colour("--line");
    pen.fillRect(left, Math.round(y), width - left - RIGHT, 1);
    if (y - lastLabel < LABEL) continue;
    pen.fillStyle = colour("--muted");
    pen.fillText(text, left - 6, y, left - 8);
    lastLabel = y;
  }
}

function across({ width }: Drawing, samples: readonly HistorySample[]): Scale {
  const now = samples.at(-1)?.at ?? 0;
  return (at) => xOf(width, (now - at) / 1000);
}

function line(
  drawing: Drawing,
  samples: readonly HistorySample[],
  scale: Scale,
  valueOf: (sample: HistorySample) => number | undefined,
  colour: string,
  isStep = false,
): void {
  const { pen } = drawing;
  const x = across(drawing, samples);
  pen.beginPath();
  let last: number | undefined;
  for (const sample of samples) {
    const value = valueOf(sample);
    if (value === undefined || Number.isNaN(value)) continue;
    const y = scale(value);
    if (last === undefined) pen.moveTo(x(sample.at), y);
    else if (isStep) pen.lineTo(x(sample.at), last);
    pen.lineTo(x(sample.at), y);
    last = y;
  }
  pen.lineWidth = isStep ? 3 : 2;
  pen.lineJoin = "round";
  pen.strokeStyle = drawing.colour(colour);
  pen.stroke();
}

function area(
  drawing: Drawing,
  samples: readonly HistorySample[],
  scale: Scale,
): void {
  const { pen, colour } = drawing;
  const x = across(drawing, samples);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return;
  pen.beginPath();
  pen.moveTo(x(first.at), scale(0));
  for (const { at, buffer } of samples) pen.lineTo(x(at), scale(buffer));
  pen.lineTo(x(last.at), scale(0));
  pen.fillStyle = colour("--buffer-fill");
  pen.fill();
  line(drawing, samples, scale, ({ buffer }) => buffer, "--buffer");
}
