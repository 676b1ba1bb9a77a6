import type { MediaPlayerClass, Representation } from "dashjs";
import { Buffered } from "./buffered.js";
import { replaceBuffer } from "./replace-buffer.js";
import { toRung, type Fragment, type Rung } from "./rung.js";

/** The rungs of one source after the other, and the ways from one to another. */
export class Ladder {
  readonly #player: MediaPlayerClass;
  readonly #buffered: Buffered;
  #isReady = false;

  constructor(player: MediaPlayerClass, video: HTMLVideoElement) {
    this.#player = player;
    this.#buffered = new Buffered(video);
  }

  /** Another source comes. */
  reset(): void {
    this.#isReady = false;
    this.#buffered.clear();
  }

  /** Its rungs are known. */
  begin(): void {
    this.#isReady = true;
  }

  /** Before it is, dash.js answers most questions with an error. */
  get isReady(): boolean {
    return this.#isReady;
  }

  note(fragment: Fragment): void {
    this.#buffered.note(fragment);
  }

  /** Highest first; empty before it is ready. */
  rungs(): Rung[] {
    return this.#representations().map(toRung).reverse();
  }

  loading(): Rung | null {
    if (!this.#isReady) return null;
    const now = this.#player.getCurrentRepresentationForType("video");
    return now === null ? null : toRung(now);
  }

  /** Leaves what is above this rung, and nothing else. */
  comeDownTo(cap: Rung): void {
    const loading = this.loading();
    if (loading === null || this.#highest() <= cap.bitrate) return;
    this.goTo(loading.bitrate > cap.bitrate ? cap : loading);
  }

  /**
   * Upwards dash.js itself replaces what is buffered further ahead than one and a
   * half fragments. Downwards it would first play all that it has, up to 20 s, though
   * it may have loaded the lower rung for a while: replace it, at the price of a
   * moment's standstill.
   */
  goTo({ id, bitrate }: Rung): void {
    const isDown = bitrate < this.#highest();
    if (isDown && this.loading()?.id === id) replaceBuffer(this.#player);
    else this.#player.setRepresentationForTypeById("video", id, isDown);
    if (isDown) this.#buffered.clear();
  }

  /** Bits per second of the highest rung that is shown, buffered or being loaded. */
  #highest(): number {
    const loading = this.loading()?.bitrate ?? 0;
    return Math.max(loading, this.#buffered.highestAhead());
  }

  #representations(): Representation[] {
    if (!this.#isReady) return [];
    return this.#player.getRepresentationsByType("video");
  }
}
