import type { PlayerEngine } from "../engine/engine.js";
import { byId, copyButton, element } from "../shared/dom.js";
import { bitRate, shortSide } from "../shared/format.js";
import type { HistorySample } from "./history.js";

/** Figures without meaning for sound alone. */
const OF_PICTURE = new Set([
  "number-loading",
  "number-screen",
  "number-decoded",
  "number-dropped",
]);

/** The figures of this moment. */
export function wireNumbers(
  video: HTMLVideoElement,
  engine: PlayerEngine,
  playbackId: string,
): (sample: HistorySample) => void {
  const list = byId("numbers", HTMLElement);
  const row = (name: string, id: string, ...content: (Node | string)[]) => {
    const value = element("dd", { id }, ...content);
    const kind = OF_PICTURE.has(id) ? "of-picture" : "";
    list.append(
      element("div", { class: kind }, element("dt", {}, name), value),
    );
    return value;
  };
  const bandwidth = row("Bandwidth, mean", "number-bandwidth");
  const buffer = row("Buffer", "number-buffer");
  const loading = row("Being loaded", "number-loading");
  const screen = row("On the screen", "number-screen");
  const frames = row("Frames decoded", "number-decoded");
  const dropped = row("Frames dropped", "number-dropped");
  const stalls = row("Stalls", "number-stalls");
  const id = element("code", {}, playbackId);
  row(
    "Playback id",
    "number-id",
    id,
    copyButton("the playback id", playbackId),
  );

  return (sample) => {
    const { rung } = sample;
    bandwidth.textContent = bitRate(sample.bandwidth);
    buffer.textContent = `${sample.buffer.toFixed(1)} s`;
    loading.textContent =
      rung === null
        ? "-"
        : `${shortSide(rung)}, ${bitRate(rung.bitrate)}${engine.chosen === null ? "" : ", chosen by you"}`;
    screen.textContent = `${video.videoWidth} × ${video.videoHeight}`;
    frames.textContent = String(sample.decoded);
    dropped.textContent = share(sample);
    stalls.textContent = String(engine.stalls.count);
  };
}

function share({ dropped, decoded }: HistorySample): string {
  if (dropped === 0) return "0";
  return `${dropped} (${((dropped / decoded) * 100).toFixed(1)} %)`;
}
