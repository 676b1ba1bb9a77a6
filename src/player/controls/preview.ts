import { hasPicture, type PackageDetail } from "../shared/api.js";
import { byId } from "../shared/dom.js";
import {
  clockText,
  TICKS_PER_SECOND,
  lastAtOrBefore,
} from "../shared/format.js";

/** The little picture above the seek bar; only the time if the origin makes no pictures. */
export class Preview {
  readonly #box = byId("preview", HTMLElement);
  readonly #picture = byId("preview-picture", HTMLImageElement);
  readonly #time = byId("preview-time", HTMLElement);
  readonly #address: string;
  /** Start of each fragment of the picture, in ticks: each fragment has one preview. */
  readonly #times: readonly number[];
  #isLoading = false;
  #isWithout = false;
  #shown = -1;
  #requested = -1;

  constructor(detail: PackageDetail) {
    const { manifest, streams } = detail;
    this.#address = manifest.replace(/[^/]*$/, "thumbnail.jpg");
    const picture = streams.find(({ type }) => type === "video");
    this.#times = hasPicture(detail) ? (picture?.times ?? []) : [];
    this.#picture.addEventListener("load", () => this.#settle(true));
    this.#picture.addEventListener("error", () => this.#settle(false));
  }

  /** @param share place along the bar, 0 to 1 */
  show(seconds: number, share: number): void {
    if (!Number.isFinite(seconds)) return;
    this.#box.hidden = false;
    this.#time.textContent = clockText(seconds);
    this.#box.style.setProperty("--at", `${share * 100}%`);
    const at = lastAtOrBefore(this.#times, seconds * TICKS_PER_SECOND);
    this.#requested = this.#times[at] ?? -1;
    this.#load();
  }

  hide(): void {
    this.#box.hidden = true;
  }

  /** One at a time, and always the newest: the pointer passes many pictures on its way. */
  #load(): void {
    if (this.#isLoading || this.#isWithout || this.#requested < 0) return;
    if (this.#requested === this.#shown) return;
    this.#isLoading = true;
    this.#shown = this.#requested;
    this.#picture.src = `${this.#address}?t=${this.#requested}`;
  }

  /** After a first picture that failed, the origin is not asked for the next ones. */
  #settle(isGood: boolean): void {
    this.#isLoading = false;
    if (!isGood && this.#picture.hidden) this.#isWithout = true;
    this.#picture.hidden = !isGood;
    this.#load();
  }
}
