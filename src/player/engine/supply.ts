import type { MediaPlayerClass } from "dashjs";
import { Signal } from "../shared/dom.js";
import type { LoaderResponse } from "./dash-parts.js";
import { fragmentFailure, type PlayFailure } from "./failure.js";

/** Failed requests for a fragment before the viewer is told: a single lost one does no harm. */
const PATIENCE = 3;

/**
 * Watches whether fragments come. dash.js repeats failed requests once a second and reports an
 * error only when it gives up. This class notices it earlier, and reports a failure when the
 * picture stands still, not while there is something to play.
 */
export class Supply {
  /** The reason why fragments of picture or sound do not come; null when they come again. */
  readonly changed = new Signal<PlayFailure | null>();
  /** The picture stands still because of it. */
  readonly ranOut = new Signal<PlayFailure>();
  readonly #video: HTMLVideoElement;
  readonly #failing = new Map<string, PlayFailure>();

  constructor(player: MediaPlayerClass, video: HTMLVideoElement) {
    this.#video = video;
    player.addResponseInterceptor(async (response) => {
      const answer: unknown = response;
      this.#look(answer as LoaderResponse);
      return Promise.resolve(response);
    });
    video.addEventListener("waiting", () => this.#tellIfEmpty());
  }

  /** With another source all fragments are requested again. */
  reset(): void {
    if (this.#failing.size > 0) this.changed.emit(null);
    this.#failing.clear();
  }

  #look(response: LoaderResponse): void {
    const { request, onloadend } = response.request.customData;
    // dash.js removes `onloadend` from requests that it aborts; an abort is not a failure.
    if (request.type !== "MediaSegment" || onloadend === undefined) return;
    if (response.status >= 200 && response.status < 300)
      this.#delivered(request.mediaType);
    else if (request.retryAttempts + 1 >= PATIENCE)
      this.#failed(request.mediaType, fragmentFailure(response));
  }

  #delivered(type: string): void {
    if (this.#failing.delete(type) && this.#failing.size === 0)
      this.changed.emit(null);
  }

  #failed(type: string, failure: PlayFailure): void {
    const isNew = this.#failing.size === 0;
    this.#failing.set(type, failure);
    if (isNew) this.changed.emit(failure);
    this.#tellIfEmpty();
  }

  #tellIfEmpty(): void {
    const [failure] = this.#failing.values();
    const isEmpty = this.#video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    if (failure !== undefined && isEmpty) this.ranOut.emit(failure);
  }
}

/** Counts waits in the middle of playback: not at the start, not after a seek. */
export class Stalls {
  #count = 0;

  constructor(video: HTMLVideoElement) {
    let hasPlayed = false;
    video.addEventListener("playing", () => (hasPlayed = true));
    video.addEventListener("seeking", () => (hasPlayed = false));
    video.addEventListener("waiting", () => {
      if (hasPlayed && !video.seeking && !video.ended) this.#count += 1;
    });
  }

  get count(): number {
    return this.#count;
  }
}
