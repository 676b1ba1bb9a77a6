import type { Playback } from "../controls/playback.js";
import type { SwitchReason } from "../engine/dash-parts.js";
import type { PlayerEngine } from "../engine/engine.js";
import { isSound, type PackageDetail } from "../shared/api.js";
import { byId, element, announceToReaders } from "../shared/dom.js";
import { bitRate, clockText, rungNameAmong } from "../shared/format.js";
import { Downloads } from "./fragment-rows.js";
import { wireGraph } from "./graph.js";
import { History, takeSample } from "./history.js";
import { wireLadder } from "./ladder.js";
import { wireNumbers } from "./numbers.js";
import { wireTimeline } from "./timeline.js";

/** Twice a second is smooth enough to follow; without motion, every two seconds. */
const SAMPLE_MS = 500;
const SAMPLE_MS_REDUCED = 2000;

/** The engineer's view, drawn again with each sample. */
export function wirePanel(
  playback: Playback,
  engine: PlayerEngine,
  detail: PackageDetail,
  playbackId: string,
): void {
  const { video } = playback;
  const history = new History();
  const panel = byId("panel", HTMLDetailsElement);
  const beside = byId("beside", HTMLDetailsElement);
  panel.hidden = beside.hidden = false;
  const graph = wireGraph(history, engine, isSound(detail));
  const numbers = wireNumbers(video, engine, playbackId);
  const downloads = new Downloads(engine);
  const timeline = wireTimeline(playback, detail, downloads);
  const stream = detail.streams.find(({ type }) => type === "video");
  const ladder = wireLadder(
    video,
    engine,
    () => stream && downloads.bitrateAt(stream, video.currentTime),
  );
  wireThrottle(engine);
  wireSwitches(video, engine);

  const draw = () => {
    if (document.hidden) return;
    if (beside.open) {
      const sample = history.last();
      if (sample !== undefined) numbers(sample);
      graph();
    }
    if (!panel.open) return;
    ladder();
    timeline();
  };
  const tick = () => {
    history.add(takeSample(video, engine));
    draw();
    setTimeout(tick, isCalm.matches ? SAMPLE_MS_REDUCED : SAMPLE_MS);
  };
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
  for (const part of [panel, beside]) part.addEventListener("toggle", draw);
  addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  tick();
}

const KEPT = 20;

/** Each switch with its time in the film and the rule that asked for it, newest first. */
function wireSwitches(video: HTMLVideoElement, engine: PlayerEngine): void {
  const list = byId("switches", HTMLOListElement);
  const none = byId("switches-none", HTMLElement);
  engine.switched.on(({ rung, reason }) => {
    none.hidden = true;
    list.prepend(
      element(
        "li",
        {},
        element("span", { class: "when" }, clockText(video.currentTime)),
        element("strong", {}, `to ${rungNameAmong(engine.rungs(), rung)}`),
        element("span", {}, inWords(reason)),
      ),
    );
    while (list.children.length > KEPT) list.lastElementChild?.remove();
  });
}

const RULES: Readonly<Record<string, string>> = {
  ThroughputRule: "the bandwidth",
  InsufficientBufferRule: "the buffer is short",
  SwitchHistoryRule: "that rung was left too often",
  DroppedFramesRule: "this device drops frames",
  AbandonRequestRule: "a download was too slow and was given up",
};

/** dash.js's messages begin with the rule's name in brackets. */
function inWords({ message = "" }: SwitchReason): string {
  const rule = /^\[(\w+)\]/.exec(message)?.[1];
  if (rule === undefined) return message === "" ? "by choice or cap" : message;
  const kilobits = /(?:Throughput: |bandwidth was )(\d+)/.exec(message)?.[1];
  const frames = /Dropped Frames: (\d+), Total Frames: (\d+)/.exec(message);
  const detail =
    frames !== null
      ? `, ${frames[1]} of ${frames[2]}`
      : kilobits !== undefined
        ? `, ${bitRate(Number(kilobits) * 1000)}`
        : "";
  return `${RULES[rule] ?? rule}${detail}`;
}

const RATES = [800_000, 2_000_000, 5_000_000];

/** Lines to try: no limit, three common rates, and one of the viewer's own. */
function wireThrottle(engine: PlayerEngine): void {
  const own = byId("throttle-rate", HTMLInputElement);
  const ownRow = byId("throttle-own", HTMLElement);
  const set = (rate: number | null) => {
    engine.setRate(rate);
    announceToReaders(
      rate === null ? "The real line" : `A line of ${bitRate(rate)}`,
    );
  };
  const setOwn = () => {
    const isRate = own.validity.valid && own.value !== "";
    byId("throttle-wrong", HTMLElement).hidden = isRate;
    own.setAttribute("aria-invalid", String(!isRate));
    if (isRate) set(own.valueAsNumber * 1000);
  };
  const choice = (name: string, choose: () => void, isOwn = false) => {
    const input = element("input", { type: "radio", name: "throttle" });
    input.addEventListener("change", () => {
      ownRow.hidden = !isOwn;
      byId("throttle-wrong", HTMLElement).hidden = true;
      choose();
    });
    return element(
      "label",
      { class: "pill" },
      input,
      element("span", {}, name),
    );
  };
  const off = choice("Off", () => set(null));
  off.querySelector("input")?.setAttribute("checked", "");
  byId("throttle-choices", HTMLElement).append(
    off,
    ...RATES.map((rate) => choice(bitRate(rate), () => set(rate))),
    choice("Own", setOwn, true),
  );
  own.addEventListener("change", setOwn);
}
