import { Signal } from "../shared/dom.js";

/** The part of the Battery Status API that is used here; only Chromium has it. */
export interface Battery extends EventTarget {
  readonly charging: boolean;
  /** 0 to 1. */
  readonly level: number;
}

const LOW = 0.2;

/** Tells when the battery becomes low and when it no longer is. */
export class BatteryWatch {
  /** Its level, or null when there is no need to save. */
  readonly changed = new Signal<number | null>();
  #wasLow = false;

  /** Asks the browser. One without the API, or on http://, never tells. */
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
