import { byId, element } from "../shared/dom.js";
import { clickIfShown } from "./click.js";
import type { Playback } from "./playback.js";

interface Key {
  /** As in the list of keys. */
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
  row(["Home"], ["Home"], "To the begin", (p) => p.seekToShare(0)),
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

/** Keys work wherever the focus is, unless what has it needs them itself. */
export function wireKeyboard(playback: Playback): void {
  listKeys();
  byId("help-open", HTMLButtonElement).addEventListener("click", openHelp);
  byId("help-close", HTMLButtonElement).addEventListener("click", () =>
    byId("help", HTMLDialogElement).close(),
  );
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.defaultPrevented || document.querySelector("dialog[open]"))
      return;
    if (isWanted(event.target, event.key)) return;
    const pressed =
      event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const found = KEYS.find(({ keys }) => keys.includes(pressed));
    if (found === undefined) return;
    // Neither shall the page scroll nor the seek bar move by its own step.
    event.preventDefault();
    found.act(playback, pressed);
  });
}

/** Whether the focused element does something of its own with this key. */
function isWanted(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches("select, textarea, input:not([type=range])"))
    return key !== "?";
  if (target.matches("#volume")) return key.startsWith("Arrow");
  if (target.matches("button, a, summary")) return key === " ";
  // What scrolls is scrolled.
  return (
    target.matches("[role=region][tabindex]") && /^(Arrow|Home|End| )/.test(key)
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
