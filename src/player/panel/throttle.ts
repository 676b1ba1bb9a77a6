import type { Engine } from "../engine/engine.js";
import { announce, byId, element } from "../shared/dom.js";
import { bitRate } from "../shared/format.js";

const RATES = [800_000, 2_000_000, 5_000_000];

/** Lines to try: none, three that are common, and one of the viewer's own. */
export function wireThrottle(engine: Engine): void {
  const own = byId("throttle-rate", HTMLInputElement);
  const ownRow = byId("throttle-own", HTMLElement);
  const set = (rate: number | null) => {
    engine.setRate(rate);
    announce(rate === null ? "The real line" : `A line of ${bitRate(rate)}`);
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
