import type { PlayerEngine } from "../engine/engine.js";
import type { PlayedRung } from "../engine/rung.js";
import { announceToReaders, byId, Signal } from "../shared/dom.js";
import { shortSide } from "../shared/format.js";

/** On a low battery, a picture of this many lines is enough. */
const ENOUGH_LINES = 480;

/** On a low battery, offers to play no higher than 480p. The viewer decides. */
export function wireBatteryOffer(engine: PlayerEngine): void {
  const watch = new BatteryWatch();
  const bar = byId("offer", HTMLElement);
  let level: number | null = null;
  let isAnswered = false;

  const show = () => {
    const rung = lowerCap(engine.rungs());
    const isUseful = level !== null && !isAnswered && rung !== undefined;
    bar.hidden = !isUseful;
    if (level === null || rung === undefined) return;
    const text = `Battery at ${Math.round(level * 100)} % and not charging. Smaller pictures take less of it.`;
    byId("offer-text", HTMLElement).textContent = text;
    const take = byId("offer-take", HTMLButtonElement);
    take.textContent = `At most ${shortSide(rung)}`;
    if (isUseful) announceToReaders(text);
  };
  byId("offer-take", HTMLButtonElement).addEventListener("click", () => {
    isAnswered = true;
    engine.setCap(lowerCap(engine.rungs()) ?? null);
    leave(bar);
  });
  byId("offer-leave", HTMLButtonElement).addEventListener("click", () => {
    isAnswered = true;
    leave(bar);
  });
  watch.changed.on((now) => {
    level = now;
    if (now === null) liftCap(engine);
    // A battery that was charged and is low again gets a new offer.
    if (now === null) isAnswered = false;
    show();
  });
  engine.ready.on(show);
  void watch.start();
}

/** The button goes away; the focus must not fall from it. */
function leave(bar: HTMLElement): void {
  bar.hidden = true;
  byId("play", HTMLButtonElement).focus();
}

function liftCap(engine: PlayerEngine): void {
  if (engine.cap === null) return;
  engine.setCap(null);
  announceToReaders("The battery is charging: all rungs are used again.");
}

/** Undefined if a cap would change nothing. Rungs come highest first. */
function lowerCap(rungs: readonly PlayedRung[]): PlayedRung | undefined {
  const lines = ({ width, height }: PlayedRung) => Math.min(width, height);
  const cap = rungs.find((rung) => lines(rung) <= ENOUGH_LINES) ?? rungs.at(-1);
  // A ladder without a rung above 480p comes down by half its rungs.
  const lower = cap === rungs[0] ? rungs[Math.ceil(rungs.length / 2)] : cap;
  return lower === rungs[0] ? undefined : lower;
}

/** The part of the Battery Status API that this file uses; only Chromium has it. */
interface Battery extends EventTarget {
  readonly charging: boolean;
  /** 0 to 1. */
  readonly level: number;
}

const LOW = 0.2;

/** Signals when the battery becomes low and when it no longer is. */
class BatteryWatch {
  /** Its level, or null when there is no need to save. */
  readonly changed = new Signal<number | null>();
  #wasLow = false;

  /** Asks the browser. A browser without the API, or on http://, never signals. */
  async start(): Promise<void> {
    const { getBattery } = navigator as {
      getBattery?: () => Promise<Battery>;
    };
    const battery = await getBattery?.call(navigator).catch(() => undefined);
    if (battery === undefined) return;
    for (const event of ["levelchange", "chargingchange"])
      battery.addEventListener(event, () => this.#look(battery));
    this.#look(battery);
  }

  #look({ charging, level }: Battery): void {
    const isLow = !charging && level <= LOW;
    if (isLow === this.#wasLow) return;
    this.#wasLow = isLow;
    this.changed.emit(isLow ? level : null);
  }
}
