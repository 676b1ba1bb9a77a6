import type { Playback } from "../controls/playback.js";
import type { PackageDetail } from "../shared/api.js";
import { byId } from "../shared/dom.js";
import { TICKS_PER_SECOND, lastAtOrBefore } from "../shared/format.js";
import { whenSeen } from "./canvas.js";
import { fragmentRows, fragmentText, type Downloads } from "./fragment-rows.js";
import {
  drawTimeline,
  ROW,
  xToSeconds,
  type TimelineView,
} from "./timeline-drawing.js";

/** The fragments of every rung with their sizes; a slider for the keyboard. */
export function wireTimeline(
  playback: Playback,
  detail: PackageDetail,
  downloads: Downloads,
): () => void {
  const box = byId("timeline", HTMLElement);
  const canvas = byId("timeline-canvas", HTMLCanvasElement);
  const span = byId("timeline-span", HTMLSelectElement);
  const rows = fragmentRows(detail);
  const seconds = detail.duration / TICKS_PER_SECOND;
  let selected: TimelineView["selected"] = null;
  canvas.style.height = `${rows.length * ROW}px`;
  for (const option of [...span.options])
    if (Number(option.value) >= seconds) option.remove();

  const view = (): TimelineView => {
    const now = playback.video.currentTime;
    const shownSeconds = Number(span.value) || seconds;
    const from = Math.min(
      Math.max(0, now - shownSeconds / 3),
      seconds - shownSeconds,
    );
    return { rows, downloads, from, to: from + shownSeconds, now, selected };
  };
  const draw = whenSeen(canvas, () => drawTimeline(canvas, view()));
  const drawSoon = oncePerFrame(draw);

  const select = (row: number, index: number) => {
    const chosen = rows[Math.min(Math.max(0, row), rows.length - 1)];
    if (chosen === undefined) return;
    const last = chosen.stream.times.length - 1;
    selected = {
      row: rows.indexOf(chosen),
      index: Math.min(Math.max(0, index), last),
    };
    const state = downloads.stateOf(chosen, selected.index);
    const text = fragmentText(chosen, selected.index, state);
    byId("timeline-readout", HTMLElement).textContent = text;
    box.setAttribute("aria-valuemax", String(last + 1));
    box.setAttribute("aria-valuenow", String(selected.index + 1));
    box.setAttribute("aria-valuetext", text);
    drawSoon();
  };
  const selectAt = ({ clientX, clientY }: MouseEvent) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    const row = Math.floor((clientY - top) / ROW);
    const at = xToSeconds(width, view(), clientX - left);
    const times = rows[row]?.stream.times ?? [];
    select(row, lastAtOrBefore(times, at * TICKS_PER_SECOND));
  };
  const seek = () => {
    if (selected === null) return;
    const time = rows[selected.row]?.stream.times[selected.index] ?? 0;
    playback.seekTo(time / TICKS_PER_SECOND);
    drawSoon();
  };

  box.addEventListener("pointermove", selectAt);
  box.addEventListener("click", (event) => {
    selectAt(event);
    seek();
  });
  box.addEventListener("focus", () => {
    if (selected === null) selectNow();
  });
  const selectNow = () => {
    const now = playback.video.currentTime * TICKS_PER_SECOND;
    select(0, lastAtOrBefore(rows[0]?.stream.times ?? [], now));
  };
  box.addEventListener("keydown", (event) => {
    const { row, index } = selected ?? { row: 0, index: 0 };
    const act = {
      ArrowLeft: () => select(row, index - 1),
      ArrowRight: () => select(row, index + 1),
      ArrowUp: () => select(row - 1, index),
      ArrowDown: () => select(row + 1, index),
      PageUp: () => select(row, index - 10),
      PageDown: () => select(row, index + 10),
      Home: () => select(row, 0),
      End: () => select(row, Infinity),
      Enter: seek,
    }[event.key];
    if (act === undefined) return;
    // Everywhere else these keys belong to the player.
    event.preventDefault();
    act();
  });
  span.addEventListener("change", draw);
  return draw;
}

/** A pointer moves more often than the screen shows. */
function oncePerFrame(draw: () => void): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      draw();
    });
  };
}
