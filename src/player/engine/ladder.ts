import {
  type MediaPlayerClass,
  type Representation,
  MediaPlayer,
  type MediaPlayerEvent,
} from "dashjs";
import { toRung, type RequestedFragment, type PlayedRung } from "./rung.js";

/** The rungs of one source after the other, and the ways from one to another. */
export class PlayedLadder {
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

  /** Leaves what is above this rung, and nothing else. */
  comeDownTo(cap: PlayedRung): void {
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
  goTo({ id, bitrate }: PlayedRung): void {
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
    // Those above a cap too: the viewer may choose them.
    return this.#player.getRepresentationsByTypeUnfiltered("video");
  }
}

/**
 * Has dash.js throw away what it has of the picture and load it again from the rung
 * that it is loading already. Its interface only does so together with a change of
 * rung, so this asks for one as its interface does, from this rung to itself.
 */
function replaceBuffer(player: MediaPlayerClass): void {
  const mediaType = "video";
  const rung = player.getCurrentRepresentationForType(mediaType);
  const streamInfo = rung?.mediaInfo?.streamInfo;
  if (rung === null || streamInfo == null) return;
  // Declared as an event, and taken by its name.
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

/** Of which rung the picture is that is buffered, place by place. */
class Buffered {
  readonly #video: HTMLVideoElement;
  /** The last that came, by its begin. */
  readonly #fragments = new Map<number, RequestedFragment>();

  constructor(video: HTMLVideoElement) {
    this.#video = video;
  }

  note(fragment: RequestedFragment): void {
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
