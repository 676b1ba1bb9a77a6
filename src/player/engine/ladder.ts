import {
  type MediaPlayerClass,
  type Representation,
  MediaPlayer,
  type MediaPlayerEvent,
} from "dashjs";
import { BufferedRungs } from "./buffered-rungs.js";
import { toRung, type RequestedFragment, type PlayedRung } from "./rung.js";

/** The rungs of one source after the other, and the changes between rungs. */
export class PlayedLadder {
  readonly #player: MediaPlayerClass;
  readonly #buffered: BufferedRungs;
  #isReady = false;

  constructor(player: MediaPlayerClass, video: HTMLVideoElement) {
    this.#player = player;
    this.#buffered = new BufferedRungs(video);
  }

  /** Another source comes. */
  reset(): void {
    this.#isReady = false;
    this.#buffered.clear();
  }

  /** Its rungs are available. */
  begin(): void {
    this.#isReady = true;
  }

  /** Before that, dash.js answers most questions with an error. */
  get isReady(): boolean {
    return this.#isReady;
  }

  note(fragment: RequestedFragment): void {
    this.#buffered.note(fragment);
  }

  /** Highest first; empty before it is ready. */
  rungs(): PlayedRung[] {
    return this.#representations().map(toRung).reverse();
  }

  loading(): PlayedRung | null {
    if (!this.#isReady) return null;
    const now = this.#player.getCurrentRepresentationForType("video");
    return now === null ? null : toRung(now);
  }

  /** Leaves the rungs above this one, and no other. */
  comeDownTo(cap: PlayedRung): void {
    const loading = this.loading();
    if (loading === null || this.#highest() <= cap.bitrate) return;
    this.goTo(loading.bitrate > cap.bitrate ? cap : loading);
  }

  /**
   * Upwards dash.js itself replaces most of its buffer, but not always. Downwards it would first
   * play its whole buffer, up to 20 s, even if it has loaded the lower rung for a while. Then this
   * replaces the buffer, at the price of a short stall.
   */
  goTo({ id, bitrate }: PlayedRung): void {
    const replace =
      bitrate < this.#highest() || this.#buffered.staysBelow(bitrate);
    if (replace && this.loading()?.id === id) replaceBuffer(this.#player);
    else this.#player.setRepresentationForTypeById("video", id, replace);
    if (replace) this.#buffered.clear();
  }

  /** Bits per second of the highest rung that is shown, buffered or loading. */
  #highest(): number {
    const loading = this.loading()?.bitrate ?? 0;
    return Math.max(loading, this.#buffered.highestAhead());
  }

  #representations(): Representation[] {
    if (!this.#isReady) return [];
    // Includes the rungs above a cap: the viewer may choose them.
    return this.#player.getRepresentationsByTypeUnfiltered("video");
  }
}

/**
 * Makes dash.js drop its buffered picture and load it again from the rung that it loads already.
 * Its interface does so only with a change of rung, so this requests a change as its interface
 * does, from this rung to itself.
 */
function replaceBuffer(player: MediaPlayerClass): void {
  const mediaType = "video";
  const rung = player.getCurrentRepresentationForType(mediaType);
  const streamInfo = rung?.mediaInfo?.streamInfo;
  if (rung === null || streamInfo == null) return;
  // Declared as an event, but used as its name.
  const event: unknown = MediaPlayer.events.QUALITY_CHANGE_REQUESTED;
  player.trigger(
    event as MediaPlayerEvent,
    {
      ...{ isAdaptationSetSwitch: false, mediaType, streamInfo },
      ...{ newRepresentation: rung, oldRepresentation: rung },
      reason: { forceReplace: true },
    },
    { streamId: streamInfo.id, mediaType },
  );
}
