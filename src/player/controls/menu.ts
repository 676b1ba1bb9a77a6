import type { PlayerEngine } from "../engine/engine.js";
import type { PlayedRung } from "../engine/rung.js";
import type { SoundLevel } from "../shared/api.js";
import { byId, element } from "../shared/dom.js";
import {
  bitRate,
  codecName,
  languageName,
  shortSide,
  rungNameAmong,
} from "../shared/format.js";
import { SPEEDS, type Playback } from "./playback.js";

/** The choice that lifts a cap. */
const ALL = "all";

/** The settings behind the gear: quality, speed, sound. Captions have their own file. */
export function wireMenu(playback: Playback, engine: PlayerEngine): void {
  wireOpening(playback.stage);
  wireQuality(engine);
  wireSpeed(playback.video);
  wireAudio(engine);
}

function wireOpening(stage: HTMLElement): void {
  const button = byId("settings", HTMLButtonElement);
  const menu = byId("menu", HTMLElement);
  const open = (isOpen: boolean) => {
    menu.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    stage.classList.toggle("with-menu", isOpen);
  };
  button.addEventListener("click", () => {
    open(Boolean(menu.hidden));
    if (!menu.hidden) menu.querySelector("select")?.focus();
  });
  stage.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    open(false);
    button.focus();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!(target instanceof Node)) return;
    if (!menu.contains(target) && !button.contains(target)) open(false);
  });
}

function wireQuality(engine: PlayerEngine): void {
  const select = byId("quality", HTMLSelectElement);
  const mark = byId("quality-mark", HTMLElement);
  const button = byId("settings", HTMLButtonElement);
  const automatic = element("option", { value: "" });
  const uncapped = element("option", { value: ALL }, "Automatic, all rungs");
  engine.ready.on(() => {
    const options = engine
      .rungs()
      .map((rung) =>
        element(
          "option",
          { value: rung.id },
          `${shortSide(rung)}, ${bitRate(rung.bitrate)}`,
        ),
      );
    select.replaceChildren(automatic, ...options);
    show();
  });
  const show = () => {
    const loading = engine.loading();
    const name = loading === null ? "" : shortSide(loading);
    automatic.textContent = automaticName(engine, loading);
    if (engine.cap === null) uncapped.remove();
    else automatic.after(uncapped);
    select.value = engine.chosen?.id ?? "";
    mark.textContent = name;
    button.setAttribute("aria-label", `Settings, ${name}`);
  };
  select.addEventListener("change", () => {
    const { value } = select;
    if (value === ALL) engine.setCap(null);
    engine.choose(engine.rungs().find(({ id }) => id === value) ?? null);
  });
  engine.changed.on(show);
  // dash.js has made its change once its own listeners have run.
  engine.switched.on(() => queueMicrotask(show));
  engine.fragmentLoaded.on(show);
}

function automaticName(
  engine: PlayerEngine,
  loading: PlayedRung | null,
): string {
  const { cap } = engine;
  const limit = cap === null ? "" : `, at most ${shortSide(cap)}`;
  const now =
    loading === null ? "" : ` (${rungNameAmong(engine.rungs(), loading)})`;
  return `Automatic${limit}${now}`;
}

function wireSpeed(video: HTMLVideoElement): void {
  const select = byId("speed", HTMLSelectElement);
  select.append(
    ...SPEEDS.map((speed) =>
      element(
        "option",
        { value: String(speed) },
        speed === 1 ? "Normal" : `${speed}×`,
      ),
    ),
  );
  select.value = "1";
  select.addEventListener("change", () => {
    video.playbackRate = Number(select.value);
  });
  video.addEventListener("ratechange", () => {
    select.value = String(video.playbackRate);
  });
}

/** Shown only if there is a choice, or a sound that this page cannot play: it says so. */
function wireAudio(engine: PlayerEngine): void {
  const select = byId("audio", HTMLSelectElement);
  const label = byId("audio-label", HTMLElement);
  const show = () => {
    const tracks = engine.audioTracks();
    const all = tracks.length + engine.leftOut.length;
    select.hidden = label.hidden = all < 2;
    select.replaceChildren(
      ...tracks.map(({ id, lang }, i) =>
        element(
          "option",
          { value: id ?? String(i) },
          languageName(lang ?? "und"),
        ),
      ),
      ...engine.leftOut.map(notPlayed),
    );
    select.value = engine.audioTrack()?.id ?? "";
  };
  select.addEventListener("change", () => {
    const { value } = select;
    const track = engine.audioTracks().find(({ id }) => id === value);
    if (track !== undefined) engine.chooseAudio(track);
  });
  engine.ready.on(show);
}

/** What the film has, and nobody can choose here. */
function notPlayed({ language, codec }: SoundLevel): HTMLOptionElement {
  const name = `${languageName(language)}, ${codecName(codec)}`;
  const option = element("option", {}, `${name}: not played here`);
  option.disabled = true;
  return option;
}
