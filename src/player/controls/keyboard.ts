import { byId, element, keep, recall } from "../shared/dom.js";
import type { Playback } from "./playback.js";

interface Key {
  /** The text for the list of keys. */
  readonly shown: readonly string[];
  readonly keys: readonly string[];
  readonly does: string;
  readonly act: (playback: Playback, key: string) => void;
}

const KEYS: readonly Key[] = [
  row(["Space", "K"], [" ", "k"], "Play, pause", (p) => p.toggle()),
  row(["←"], ["ArrowLeft"], "5 seconds back", (p) => p.seekBy(-5)),
  row(["→"], ["ArrowRight"], "5 seconds on", (p) => p.seekBy(5)),
  row(["J"], ["j"], "10 seconds back", (p) => p.seekBy(-10)),
  row(["L"], ["l"], "10 seconds on", (p) => p.seekBy(10)),
  row(["Home"], ["Home"], "To the start", (p) => p.seekToShare(0)),
  row(["End"], ["End"], "To the end", (p) => p.seekToShare(1)),
  row(
    ["0", "to", "9"],
    "0 1 2 3 4 5 6 7 8 9".split(" "),
    "To that tenth of the film",
    (p, key) => p.seekToShare(Number(key) / 10),
  ),
  row(["↑"], ["ArrowUp"], "Louder", (p) => p.changeVolume(0.05)),
  row(["↓"], ["ArrowDown"], "Quieter", (p) => p.changeVolume(-0.05)),
  row(["M"], ["m"], "Sound off, on", (p) => p.toggleMute()),
  row(["<"], ["<"], "Slower", (p) => p.changeSpeed(-1)),
  row([">"], [">"], "Faster", (p) => p.changeSpeed(1)),
  row(["C"], ["c"], "Captions off, on", () => clickIfShown("captions")),
  row(["F"], ["f"], "Full screen", () => clickIfShown("full")),
  row(["I"], ["i"], "Picture in picture", () => clickIfShown("pip")),
  row(["?"], ["?"], "This list", () => openHelp()),
];

function row(
  shown: Key["shown"],
  keys: Key["keys"],
  does: string,
  act: Key["act"],
): Key {
  return { shown, keys, does, act };
}

/** Elements that keep keys for themselves, anywhere on the page. */
const KEPT: readonly (readonly [selector: string, keys: RegExp])[] = [
  ["select, input:not([type=range], [type=radio], [type=checkbox])", /./],
  ["#volume", /^(Arrow|Home|End)/],
  ["button, a, summary", /^ $/],
];

/** These keys scroll a page and choose among radios: they control the film in its stage only. */
const OF_THE_STAGE = /^(Arrow.*|Home|End| )$/;

/**
 * Letters, digits and signs work with the focus anywhere, unless they are switched off (WCAG
 * 2.1.4). Keys that scroll the page work in the stage. The focused element comes first.
 */
export function wireKeyboard(playback: Playback): void {
  listKeys();
  const hasSigns = wireKeySigns();
  byId("help-open", HTMLButtonElement).addEventListener("click", openHelp);
  byId("help-close", HTMLButtonElement).addEventListener("click", () =>
    byId("help", HTMLDialogElement).close(),
  );
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.defaultPrevented || document.querySelector("dialog[open]"))
      return;
    const { target, key } = event;
    const isFree = OF_THE_STAGE.test(key)
      ? isInStage(target, playback.stage)
      : hasSigns();
    if (!isFree || isKept(target, key)) return;
    const pressed = key.length === 1 ? key.toLowerCase() : key;
    const shortcut = KEYS.find(({ keys }) => keys.includes(pressed));
    if (shortcut === undefined) return;
    // The page must not scroll, and the seek bar must not move by its own step.
    event.preventDefault();
    shortcut.act(playback, pressed);
  });
}

function isInStage(target: EventTarget | null, stage: HTMLElement): boolean {
  if (document.fullscreenElement === stage) return true;
  return target instanceof Node && stage.contains(target);
}

function isKept(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  return KEPT.some(
    ([selector, keys]) => target.matches(selector) && keys.test(key),
  );
}

function openHelp(): void {
  byId("help", HTMLDialogElement).showModal();
}

function listKeys(): void {
  const list = byId("keys", HTMLElement);
  for (const { shown, does } of KEYS) {
    const names = shown.flatMap((name) => [element("kbd", {}, name), " "]);
    list.append(element("dt", {}, ...names), element("dd", {}, does));
  }
}

/** A key acts like its button, if this film and browser have it. */
function clickIfShown(id: string): void {
  const button = byId(id, HTMLButtonElement);
  if (!button.hidden) button.click();
}

const NAME = "key-signs";

/**
 * The switch for keys of one letter, digit or sign, which speech input presses by mistake. This tab
 * remembers it. WCAG 2.1.4
 *
 * @returns whether these keys work now
 */
function wireKeySigns(): () => boolean {
  const box = byId("key-signs", HTMLInputElement);
  box.checked = recall(NAME) !== "off";
  box.addEventListener("change", () => keep(NAME, box.checked ? "on" : "off"));
  return () => box.checked;
}
