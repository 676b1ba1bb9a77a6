import type { Fragment } from "./rung.js";

/** Of which rung the picture is that is buffered, place by place. */
export class Buffered {
  readonly #video: HTMLVideoElement;
  /** The last that came, by its begin. */
  readonly #fragments = new Map<number, Fragment>();

  constructor(video: HTMLVideoElement) {
    this.#video = video;
  }

  note(fragment: Fragment): void {
    if (fragment.type === "video")
      this.#fragments.set(fragment.seconds.start, fragment);
  }

  /** All was thrown away. */
  clear(): void {
    this.#fragments.clear();
  }

  /** Bits per second of the highest rung that is shown or still to come; 0 for nothing. */
  highestAhead(): number {
    const now = this.#video.currentTime;
    const bitrates = [...this.#fragments.values()]
      .filter(
        ({ seconds: { start, end } }) => end > now && this.#has(start, end),
      )
      .map(({ bitrate }) => bitrate);
    return Math.max(0, ...bitrates);
  }

  /** Whether the middle between these seconds is there. */
  #has(start: number, end: number): boolean {
    const { buffered } = this.#video;
    const middle = (start + end) / 2;
    return Array.from(
      { length: buffered.length },
      (_, i) => buffered.start(i) <= middle && middle <= buffered.end(i),
    ).includes(true);
  }
}
