import type { PlayerEngine } from "../engine/engine.js";
import { byId, element } from "../shared/dom.js";
import { bitRate, shortSide, rungNameAmong } from "../shared/format.js";
import { startDrawing, type Drawing, whenSeen } from "./canvas.js";
import { HISTORY_SECONDS, type History, type Sample } from "./history.js";

const LEFT = 104;
const RIGHT = 8;
const GAP = 22;
/** Labels nearer than this would lie upon each other. */
const LABEL = 13;
/** A row of the table for so many seconds. */
const ROW_SECONDS = 5;

/** Bandwidth and the chosen rung above, the buffer below; and the same in words. */
export function wireGraph(history: History, engine: PlayerEngine): () => void {
  const canvas = byId("graph", HTMLCanvasElement);
  const rows = byId("graph-rows", HTMLElement);
  const drawSeen = whenSeen(canvas, () => {
    const drawing = startDrawing(canvas);
    if (drawing !== undefined) draw(drawing, history.samples(), engine);
  });
  return () => {
    drawSeen();
    const samples = history.samples();
    canvas.setAttribute("aria-label", inWords(samples.at(-1), engine));
    if (rows.closest("details")?.open)
      rows.replaceChildren(...table(samples, engine));
  };
}

function draw(
  drawing: Drawing,
  samples: readonly Sample[],
  engine: PlayerEngine,
): void {
  const { height } = drawing;
  const middle = Math.round((height - GAP) * 0.62);
  const rates = engine.rungs().map(({ bitrate }) => bitrate);
  // Room for the rungs: how fast a fast line is say the numbers beside the graph.
  const top = logScale(
    Math.min(...rates, 1e6) / 2,
    Math.max(...rates, 1e6) * 4,
    [middle - 6, 8],
  );
  const most = Math.max(20, ...samples.map(({ buffer }) => buffer));
  const bottom = linearScale(most, [height - 6, middle + GAP]);
  grid(
    drawing,
    engine
      .rungs()
      .map((rung) => [
        top(rung.bitrate),
        `${shortSide(rung)} ${bitRate(rung.bitrate)}`,
      ]),
  );
  grid(
    drawing,
    [20, 10, 0].map((seconds) => [bottom(seconds), `${seconds} s`]),
  );
  area(drawing, samples, bottom);
  line(drawing, samples, top, ({ rung }) => rung?.bitrate, "--rung", true);
  line(drawing, samples, top, ({ bandwidth }) => bandwidth, "--bandwidth");
}

/** Lines, from above to below, with labels where there is room. */
function grid(
  { pen, width, colour }: Drawing,
  lines: readonly (readonly [y: number, text: string])[],
): void {
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  let lastLabel = -Infinity;
  for (const [y, text] of lines) {
    pen.fillStyle = colour("--line");
    pen.fillRect(LEFT, Math.round(y), width - LEFT - RIGHT, 1);
    if (y - lastLabel < LABEL) continue;
    pen.fillStyle = colour("--muted");
    pen.fillText(text, LEFT - 6, y, LEFT - 8);
    lastLabel = y;
  }
}

function across({ width }: Drawing, samples: readonly Sample[]): Scale {
  const now = samples.at(-1)?.at ?? 0;
  const whole = width - LEFT - RIGHT;
  return (at) => LEFT + whole * (1 - (now - at) / 1000 / HISTORY_SECONDS);
}

function line(
  drawing: Drawing,
  samples: readonly Sample[],
  scale: Scale,
  valueOf: (sample: Sample) => number | undefined,
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
  samples: readonly Sample[],
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

function inWords(sample: Sample | undefined, engine: PlayerEngine): string {
  if (sample === undefined) return "Nothing measured yet";
  const { bandwidth, rung, buffer } = sample;
  const loading =
    rung === null ? "nothing" : rungNameAmong(engine.rungs(), rung);
  const line = Number.isNaN(bandwidth)
    ? "not measured yet"
    : bitRate(bandwidth);
  return `Graph. Bandwidth ${line}, loading ${loading}, ${buffer.toFixed(0)} seconds buffered.`;
}

function table(
  samples: readonly Sample[],
  engine: PlayerEngine,
): HTMLElement[] {
  const rungs = engine.rungs();
  const now = samples.at(-1)?.at ?? 0;
  const seen = new Set<number>();
  return samples.toReversed().flatMap((sample) => {
    const ago =
      Math.floor((now - sample.at) / 1000 / ROW_SECONDS) * ROW_SECONDS;
    if (seen.has(ago)) return [];
    seen.add(ago);
    const { bandwidth, rung, buffer, dropped } = sample;
    const cells = [
      ...[`${ago} s`, bitRate(bandwidth)],
      rung === null ? "-" : rungNameAmong(rungs, rung),
      ...[`${buffer.toFixed(1)} s`, String(dropped)],
    ];
    return [element("tr", {}, ...cells.map((text) => element("td", {}, text)))];
  });
}

/** Where a value lies on an axis, in pixels. */
type Scale = (value: number) => number;

/** From 0 to the most. */
function linearScale(
  most: number,
  [from, to]: readonly [number, number],
): Scale {
  return (value) => from + ((to - from) * Math.min(value, most)) / most;
}

/** A fast line and a small rung are a thousandfold apart: each decade has the same height. */
function logScale(
  least: number,
  most: number,
  [from, to]: readonly [number, number],
): Scale {
  const [low, high] = [Math.log10(least), Math.log10(most)];
  return (value) => {
    const share = (Math.log10(Math.max(value, least)) - low) / (high - low);
    return from + (to - from) * Math.min(1, share);
  };
}
