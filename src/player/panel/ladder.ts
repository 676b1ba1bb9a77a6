import type { Engine } from "../engine/engine.js";
import type { Rung } from "../engine/rung.js";
import { announce } from "../shared/announce.js";
import { byId, element } from "../shared/dom.js";
import { bitRate, rungName } from "../shared/format.js";

/** The rungs to choose from, and where each stands: loaded, shown, above the cap. */
export function wireLadder(video: HTMLVideoElement, engine: Engine): void {
  const choices = byId("ladder-choices", HTMLElement);
  const show = () => {
    for (const label of choices.querySelectorAll("label"))
      update(label, video, engine);
    const { cap } = engine;
    byId("ladder-hint", HTMLElement).textContent =
      cap === null ? "" : `The rules choose nothing above ${rungName(cap)}.`;
  };
  engine.ready.on(() => {
    choices.replaceChildren(
      choice(null, engine),
      ...engine.rungs().map((rung) => choice(rung, engine)),
    );
    show();
  });
  engine.changed.on(show);
  engine.fragmentLoaded.on(show);
  engine.switched.on(() => queueMicrotask(show));
  video.addEventListener("resize", show);
}

function choice(rung: Rung | null, engine: Engine): HTMLLabelElement {
  const input = element("input", {
    type: "radio",
    name: "rung",
    value: rung?.id ?? "",
  });
  input.addEventListener("change", () => {
    engine.choose(rung);
    announce(
      rung === null ? "The rules choose the rung" : `Rung ${rungName(rung)}`,
    );
  });
  const name = rung === null ? "Automatic" : rungName(rung);
  const detail =
    rung === null
      ? "by bandwidth and dropped frames"
      : `${rung.width} × ${rung.height}, ${bitRate(rung.bitrate)}`;
  return element(
    "label",
    { class: "choice" },
    input,
    element("span", { class: "choice-name" }, name),
    element("span", { class: "choice-detail" }, detail),
    element("span", { class: "marks" }),
  );
}

function update(
  label: HTMLLabelElement,
  video: HTMLVideoElement,
  engine: Engine,
): void {
  const input = label.querySelector("input");
  if (input === null) return;
  const rung = engine.rungs().find(({ id }) => id === input.value);
  input.checked = (engine.chosen?.id ?? "") === input.value;
  const isLoading = rung !== undefined && rung.id === engine.loading()?.id;
  const isShown =
    rung !== undefined &&
    rung.height === video.videoHeight &&
    rung.width === video.videoWidth;
  const marks = [
    ...(isLoading ? ["loading"] : []),
    ...(isShown ? ["shown"] : []),
  ];
  label
    .querySelector(".marks")
    ?.replaceChildren(
      ...marks.map((mark) => element("span", { class: `mark ${mark}` }, mark)),
    );
}
