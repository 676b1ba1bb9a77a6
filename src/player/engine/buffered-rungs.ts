import type { RequestedFragment } from "./rung.js";

/** Seconds. Streams of one film end a frame or two apart. */
const END_TOLERANCE = 0.2;

/** dash.js keeps so many fragments of its buffer when it replaces the rest by a higher rung. */
const KEPT_FRAGMENTS = 1.5;

/** The part of an HTMLVideoElement that it reads. */
interface BufferedVideo {
  readonly currentTime: number;
  readonly duration: number;
  readonly buffered: {
    readonly length: number;
    start(index: number): number;
    end(index: number): number;
  };
}

/** The rung of the buffered picture, for each place. */
export class BufferedRungs {
  readonly #video: BufferedVideo;
  /** The last fragment for each begin. */
  readonly #fragments = new Map<number, RequestedFragment>();

  constructor(video: BufferedVideo) {
    this.#video = video;
  }

  note(fragment: RequestedFragment): void {
    if (fragment.type === "video")
      this.#fragments.set(fragment.seconds.start, fragment);
  }

  /** The buffer was dropped. */
  clear(): void {
    this.#fragments.clear();
  }

  /** Bits per second of the highest rung that is shown or still to come; 0 for an empty buffer. */
  highestAhead(): number {
    return Math.max(0, ...this.#ahead().map(({ bitrate }) => bitrate));
  }

  /**
   * Would a part of the buffer stay below this rung if dash.js went up to it? It replaces nothing
   * when the last fragment is loaded, and nothing when the first fragment that it could replace is
   * of this rung already, whatever comes behind.
   *
   * @param bitrate bits per second of the higher rung
   */
  staysBelow(bitrate: number): boolean {
    const ahead = this.#ahead();
    if (ahead.every((one) => one.bitrate >= bitrate)) return false;
    const { currentTime, duration } = this.#video;
    const first = ahead.find(({ seconds: { start, end } }) => {
      const time = currentTime + KEPT_FRAGMENTS * (end - start);
      return start <= time && time < end;
    });
    const end = Math.max(...ahead.map(({ seconds }) => seconds.end));
    return (
      end > duration - END_TOLERANCE ||
      (first !== undefined && first.bitrate >= bitrate)
    );
  }

  #ahead(): RequestedFragment[] {
    const now = this.#video.currentTime;
    return [...this.#fragments.values()].filter(
      ({ seconds: { start, end } }) => end > now && this.#has(start, end),
    );
  }

  /** Is the middle of these seconds buffered? */
  #has(start: number, end: number): boolean {
    const { buffered } = this.#video;
    const middle = (start + end) / 2;
    return Array.from(
      { length: buffered.length },
      (_, i) => buffered.start(i) <= middle && middle <= buffered.end(i),
    ).includes(true);
  }
}
