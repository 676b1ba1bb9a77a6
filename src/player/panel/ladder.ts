import type { PlayerEngine } from "../engine/engine.js";
import type { PlayedRung } from "../engine/rung.js";
import { announceToReaders, byId, element } from "../shared/dom.js";
import { bitRate, shortSide, rungNameAmong } from "../shared/format.js";

/**
 * The rungs to choose from, and the state of each: loaded, shown, above the cap.
 *
 * @param bitrateNow of the picture that plays, if known
 * @returns a function to call now and then: the shown rung may change without an event
 */
export function wireLadder(
  video: HTMLVideoElement,
  engine: PlayerEngine,
  bitrateNow: () => number | undefined,
): () => void {
  const choices = byId("ladder-choices", HTMLElement);
  const show = () => {
    const marks = {
      loading: engine.loading()?.id,
      shown: shownRung(video, engine, bitrateNow())?.id,
    };
    for (const label of choices.querySelectorAll("label"))
      update(label, engine, marks);
    showCap(engine);
    showSize(engine);
  };
  wireLift(engine, choices);
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
  return show;
}

/** Between rungs of the size on the screen, the last download decides. */
function shownRung(
  { videoWidth, videoHeight }: HTMLVideoElement,
  engine: PlayerEngine,
  bitrateNow: number | undefined,
): PlayedRung | undefined {
  const alike = engine
    .rungs()
    .filter(
      ({ width, height }) => width === videoWidth && height === videoHeight,
    );
  if (alike.length < 2) return alike[0];
  return alike.find(({ bitrate }) => bitrate === bitrateNow);
}

function showCap({ cap }: PlayerEngine): void {
  byId("ladder-cap", HTMLElement).hidden = cap === null;
  byId("ladder-cap-rung", HTMLElement).textContent =
    cap === null ? "" : shortSide(cap);
}

function showSize({ size }: PlayerEngine): void {
  const { rung, box } = size;
  byId("ladder-size", HTMLElement).hidden = rung === null;
  if (rung === null) return;
  const sides = [box.width, box.height].map(Math.round);
  byId("ladder-size-box", HTMLElement).textContent = sides.join(" × ");
  byId("ladder-size-rung", HTMLElement).textContent = shortSide(rung);
}

function wireLift(engine: PlayerEngine, choices: HTMLElement): void {
  byId("ladder-lift", HTMLButtonElement).addEventListener("click", () => {
    // The button goes away; the focus must not fall from it.
    choices.querySelector<HTMLInputElement>("input:checked")?.focus();
    engine.setCap(null);
    announceToReaders("The rules choose among all rungs");
  });
}

function choice(
  rung: PlayedRung | null,
  engine: PlayerEngine,
): HTMLLabelElement {
  const input = element("input", {
    type: "radio",
    name: "rung",
    value: rung?.id ?? "",
  });
  input.addEventListener("change", () => {
    engine.choose(rung);
    announceToReaders(
      rung === null
        ? "The rules choose the rung"
        : `Rung ${rungNameAmong(engine.rungs(), rung)}`,
    );
  });
  const name = rung === null ? "Automatic" : shortSide(rung);
  const detail =
    rung === null
      ? "by bandwidth, size and dropped frames"
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
  engine: PlayerEngine,
  marked: Readonly<Record<string, string | undefined>>,
): void {
  const input = label.querySelector("input");
  const marks = label.querySelector(".marks");
  if (input === null || marks === null) return;
  input.checked = (engine.chosen?.id ?? "") === input.value;
  const names = Object.keys(marked).filter(
    (name) => marked[name] === input.value,
  );
  if (marks.textContent === names.join("")) return;
  marks.replaceChildren(
    ...names.map((name) => element("span", { class: `mark ${name}` }, name)),
  );
}
