import type { Playback } from "../controls/playback.js";
import type { Engine } from "../engine/engine.js";
import type { PackageDetail } from "../shared/api.js";
import { byId } from "../shared/dom.js";
import { Downloads } from "./fragment-rows.js";
import { wireGraph } from "./graph.js";
import { wireLadder } from "./ladder.js";
import { History, takeSample } from "./history.js";
import { wireNumbers } from "./numbers.js";
import { wireSwitches } from "./switches.js";
import { wireThrottle } from "./throttle.js";
import { wireTimeline } from "./timeline.js";

/** Twice a second is smooth enough to follow; without motion, every two seconds. */
const SAMPLE_MS = 500;
const SAMPLE_MS_REDUCED = 2000;

/** What an engineer wants to know, drawn anew with each sample. */
export function wirePanel(
  playback: Playback,
  engine: Engine,
  detail: PackageDetail,
  playbackId: string,
): void {
  const { video } = playback;
  const history = new History();
  const panel = byId("panel", HTMLDetailsElement);
  panel.hidden = false;
  const graph = wireGraph(history, engine);
  const numbers = wireNumbers(video, engine, playbackId);
  const downloads = new Downloads(engine);
  const timeline = wireTimeline(playback, detail, downloads);
  const picture = detail.streams.find(({ type }) => type === "video");
  const ladder = wireLadder(
    video,
    engine,
    () => picture && downloads.bitrateAt(picture, video.currentTime),
  );
  wireThrottle(engine);
  wireSwitches(video, engine);

  const draw = () => {
    if (!panel.open || document.hidden) return;
    const sample = history.last();
    if (sample !== undefined) numbers(sample);
    ladder();
    graph();
    timeline();
  };
  const tick = () => {
    history.add(takeSample(video, engine));
    draw();
    setTimeout(tick, isCalm.matches ? SAMPLE_MS_REDUCED : SAMPLE_MS);
  };
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
  panel.addEventListener("toggle", draw);
  addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  tick();
}
