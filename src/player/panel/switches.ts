import type { SwitchReason } from "../engine/dash-types.js";
import type { Engine } from "../engine/engine.js";
import { byId, element } from "../shared/dom.js";
import { bitRate, clock, rungNameAmong } from "../shared/format.js";

const KEPT = 20;

/** Each switch with its time in the film and the rule that asked for it, newest first. */
export function wireSwitches(video: HTMLVideoElement, engine: Engine): void {
  const list = byId("switches", HTMLOListElement);
  const none = byId("switches-none", HTMLElement);
  engine.switched.on(({ rung, reason }) => {
    none.hidden = true;
    list.prepend(
      element(
        "li",
        {},
        element("span", { class: "when" }, clock(video.currentTime)),
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
