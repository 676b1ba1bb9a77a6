import { hasPicture, type PackageDetail } from "../shared/api.js";
import { byId } from "../shared/dom.js";
import {
  clockText,
  TICKS_PER_SECOND,
  lastAtOrBefore,
} from "../shared/format.js";
import type { WebVttCue } from "../shared/web-vtt.js";

/** A part of an image that shows the film at a time. */
interface Thumbnail extends WebVttCue {
  readonly image: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Media Fragments URI 4.2.2: the place in the image, in pixels. */
function thumbnailOf(cue: WebVttCue, address: string): Thumbnail[] {
  const base = new URL(address, location.href);
  const { href, hash } = new URL(cue.text, base);
  const place = /^#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(hash);
  if (place === null) return [];
  const [x = 0, y = 0, width = 0, height = 0] = place.slice(1).map(Number);
  const image = href.slice(0, -hash.length);
  return [{ ...cue, image, x, y, width, height }];
}

/** The cue of a moment; undefined before the first one. */
function nowIn<C extends WebVttCue>(
  cues: readonly C[],
  seconds: number,
): C | undefined {
  return cues.findLast(({ begin }) => begin <= seconds);
}

/**
 * The little picture above the seek bar, with the chapter and the time. The picture is one of the
 * package's thumbnails, or one that the origin makes; where it makes none there is only the time.
 */
export class Preview {
  readonly #box = byId("preview", HTMLElement);
  readonly #picture = byId("preview-picture", HTMLImageElement);
  readonly #time = byId("preview-time", HTMLElement);
  readonly #part = byId("preview-part", HTMLElement);
  readonly #chapter = byId("preview-chapter", HTMLElement);
  readonly #address: string;
  #thumbnails: readonly Thumbnail[] = [];
  #chapters: readonly WebVttCue[] = [];
  /** Start of each fragment of the picture, in ticks: each fragment has one preview. */
  readonly #times: readonly number[];
  #isLoading = false;
  #isWithout = false;
  #shown = -1;
  #requested = -1;

  constructor(detail: PackageDetail) {
    const { manifest, streams } = detail;
    this.#address = manifest.replace(/[^/]*$/, "thumbnail.jpg");
    const video = streams.find(({ type }) => type === "video");
    this.#times = hasPicture(detail) ? (video?.times ?? []) : [];
    this.#picture.addEventListener("load", () => this.#settle(true));
    this.#picture.addEventListener("error", () => this.#settle(false));
  }

  setChapters(chapters: readonly WebVttCue[]): void {
    this.#chapters = chapters;
  }

  /** @param address of the file that names them */
  setThumbnails(cues: readonly WebVttCue[], address: string): void {
    this.#thumbnails = cues.flatMap((cue) => thumbnailOf(cue, address));
  }

  /** @param share place along the bar, 0 to 1 */
  show(seconds: number, share: number): void {
    if (!Number.isFinite(seconds)) return;
    this.#box.hidden = false;
    this.#time.textContent = clockText(seconds);
    this.#box.style.setProperty("--at", `${share * 100}%`);
    const chapter = nowIn(this.#chapters, seconds);
    this.#chapter.textContent = chapter?.text ?? "";
    this.#chapter.hidden = chapter === undefined;
    const thumbnail = nowIn(this.#thumbnails, seconds);
    if (thumbnail !== undefined) {
      this.#showPart(thumbnail);
      return;
    }
    const at = lastAtOrBefore(this.#times, seconds * TICKS_PER_SECOND);
    this.#requested = this.#times[at] ?? -1;
    this.#load();
  }

  hide(): void {
    this.#box.hidden = true;
  }

  #showPart({ image, x, y, width, height }: Thumbnail): void {
    const { style } = this.#part;
    style.backgroundImage = `url("${image}")`;
    style.backgroundPosition = `-${x}px -${y}px`;
    style.width = `${width}px`;
    style.height = `${height}px`;
    this.#part.hidden = false;
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
