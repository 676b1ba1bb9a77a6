import type { PlayerEngine } from "../engine/engine.js";
import { byId, element } from "../shared/dom.js";
import { bitRate, rungNameAmong } from "../shared/format.js";
import { startDrawing, whenSeen } from "./canvas.js";
import { drawGraph, droppedIn, secondsAgoAt } from "./graph-drawing.js";
import type { History, HistorySample } from "./history.js";

/** Seconds in each row of the table. */
const ROW_SECONDS = 5;

/** The last two minutes as a graph, with the values under the pointer, and as a table. */
export function wireGraph(
  history: History,
  engine: PlayerEngine,
  isSound: boolean,
): () => void {
  const canvas = byId("graph", HTMLCanvasElement);
  const rows = byId("graph-rows", HTMLElement);
  let pointed: number | null = null;
  const drawSeen = whenSeen(canvas, () => {
    const drawing = startDrawing(canvas);
    if (drawing !== undefined)
      drawGraph(drawing, history.samples(), engine, { pointed, isSound });
  });
  const show = () => {
    drawSeen();
    const text = pointedText(history.samples(), pointed, engine, isSound);
    byId("graph-readout", HTMLElement).textContent = text;
  };
  const point = (event: PointerEvent) => {
    pointed = secondsAgoAt(canvas.clientWidth, event.offsetX);
    show();
  };
  for (const event of ["pointermove", "pointerdown"] as const)
    canvas.addEventListener(event, point);
  canvas.addEventListener("pointerleave", ({ pointerType }) => {
    // A lifted finger leaves the canvas, but its owner has not read the values yet.
    if (pointerType === "mouse") pointed = null;
    show();
  });
  return () => {
    show();
    const samples = history.samples();
    canvas.setAttribute("aria-label", inWords(samples.at(-1), engine, isSound));
    if (rows.closest("details")?.open)
      rows.replaceChildren(...table(samples, engine));
  };
}

/** The sample nearest to the pointer. */
function pointedText(
  samples: readonly HistorySample[],
  pointed: number | null,
  engine: PlayerEngine,
  isSound: boolean,
): string {
  const now = samples.at(-1)?.at ?? 0;
  if (pointed === null) return "Point at the graph to read its values.";
  const ago = ({ at }: HistorySample) => (now - at) / 1000;
  const distances = samples.map((one) => Math.abs(ago(one) - pointed));
  const nearest = distances.indexOf(Math.min(...distances));
  const sample = samples[nearest];
  if (sample === undefined || (distances[nearest] ?? 0) > ROW_SECONDS)
    return `${pointed.toFixed(0)} s ago: not measured`;
  const { bandwidth, rung, buffer } = sample;
  const parts = [
    `bandwidth ${bitRate(bandwidth)}`,
    ...(rung === null ? [] : [rungNameAmong(engine.rungs(), rung)]),
    `buffer ${buffer.toFixed(1)} s`,
    ...(isSound ? [] : [`${droppedIn(samples, nearest)} frames dropped`]),
  ];
  return `${ago(sample).toFixed(0)} s ago: ${parts.join(", ")}`;
}

function inWords(
  sample: HistorySample | undefined,
  engine: PlayerEngine,
  isSound: boolean,
): string {
  if (sample === undefined) return "Nothing measured yet";
  const { bandwidth, rung, buffer } = sample;
  const loading =
    rung === null ? "nothing" : rungNameAmong(engine.rungs(), rung);
  const line = Number.isNaN(bandwidth)
    ? "not measured yet"
    : bitRate(bandwidth);
  const rungText = isSound ? "" : `loading ${loading}, `;
  return `Graph. Bandwidth ${line}, ${rungText}${buffer.toFixed(0)} seconds buffered.`;
}

function table(
  samples: readonly HistorySample[],
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
    const rungText = rung === null ? "-" : rungNameAmong(rungs, rung);
    return [
      element(
        "tr",
        {},
        element("td", {}, `${ago} s`),
        element("td", {}, bitRate(bandwidth)),
        element("td", { class: "of-picture" }, rungText),
        element("td", {}, `${buffer.toFixed(1)} s`),
        element("td", { class: "of-picture" }, String(dropped)),
      ),
    ];
  });
}
