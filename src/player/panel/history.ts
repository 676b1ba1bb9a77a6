import type { PlayerEngine } from "../engine/engine.js";
import type { PlayedRung } from "../engine/rung.js";

/** The state at one moment. */
export interface HistorySample {
  /** In ms of `performance.now()`. */
  readonly at: number;
  /** Bits per second that the adaptation uses; NaN while unknown. */
  readonly bandwidth: number;
  /** The rung being loaded. */
  readonly rung: PlayedRung | null;
  /** Seconds of picture ahead. */
  readonly buffer: number;
  /** Since the film was last loaded. */
  readonly decoded: number;
  readonly dropped: number;
}

export const HISTORY_SECONDS = 120;

/** The samples of the last two minutes, oldest first. */
export class History {
  #samples: HistorySample[] = [];

  add(sample: HistorySample): void {
    const oldest = sample.at - HISTORY_SECONDS * 1000;
    this.#samples = this.#samples.filter(({ at }) => at >= oldest);
    this.#samples.push(sample);
  }

  samples(): readonly HistorySample[] {
    return this.#samples;
  }

  last(): HistorySample | undefined {
    return this.#samples.at(-1);
  }
}

export function takeSample(
  video: HTMLVideoElement,
  engine: PlayerEngine,
): HistorySample {
  const { totalVideoFrames, droppedVideoFrames } =
    video.getVideoPlaybackQuality();
  return {
    at: performance.now(),
    bandwidth: engine.bandwidth(),
    rung: engine.loading(),
    buffer: engine.bufferSeconds(),
    decoded: totalVideoFrames,
    dropped: droppedVideoFrames,
  };
}
