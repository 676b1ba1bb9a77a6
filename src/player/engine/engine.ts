import type { MediaInfo, MediaPlayerClass, Representation } from "dashjs";
import "dashjs/mss";
import type { PackageSummary } from "../shared/api.js";
import { Signal } from "../shared/signal.js";
import { unlockedAlready } from "./clear-key.js";
import { cmcdInPlace } from "./cmcd-in-place.js";
import type { SwitchReason } from "./dash-types.js";
import { createPlayer } from "./extended-player.js";
import { NO_MEDIA_SOURCE, type Failure } from "./failure.js";
import { fairFrames } from "./fair-frames.js";
import { passOn, type Happenings } from "./happenings.js";
import { Line } from "./line.js";
import { pacedLoader } from "./paced-loader.js";
import { toRung, type Fragment, type Rung } from "./rung.js";
import { applySettings, dashSettings } from "./settings.js";

/**
 * dash.js as this page needs it: one package, its rungs, who decides about them
 * and what was loaded. Nothing else of the page talks to dash.js.
 */
export class Engine implements Happenings {
  readonly ready = new Signal();
  readonly switched = new Signal<{ rung: Rung; reason: SwitchReason }>();
  readonly fragmentLoaded = new Signal<Fragment>();
  readonly failed = new Signal<Failure>();
  readonly ended = new Signal();
  /** Another choice of the viewer, another cap, another rate of the line. */
  readonly changed = new Signal();
  readonly line = new Line();
  readonly #player: MediaPlayerClass;
  readonly #video: HTMLVideoElement;
  readonly #manifest: string;
  /** Before it is, dash.js answers most questions with an error. */
  #isReady = false;
  #chosen: Rung | null = null;
  #cap: Rung | null = null;

  constructor(
    video: HTMLVideoElement,
    { manifest, path }: PackageSummary,
    playbackId: string,
  ) {
    this.#video = video;
    this.#manifest = new URL(manifest, location.href).href;
    this.#player = createPlayer({
      XHRLoader: pacedLoader(this.line),
      DroppedFramesHistory: fairFrames(video),
      CmcdController: cmcdInPlace,
      Capabilities: unlockedAlready,
    });
    // First, because dash.js reads CMCD's mode once, when it is initialized.
    applySettings(this.#player, dashSettings(playbackId, path));
    this.#player.initialize(video, undefined, false);
    this.ready.on(() => (this.#isReady = true));
    passOn(this.#player, video, this);
  }

  /** Of dash.js. */
  get version(): string {
    return this.#player.getVersion();
  }

  load(): void {
    if ("MediaSource" in window || "ManagedMediaSource" in window)
      this.#attach(0);
    else this.failed.emit(NO_MEDIA_SOURCE);
  }

  /** Loads everything anew and goes on where it was. */
  retry(): void {
    this.#attach(this.#video.currentTime);
    void this.#video.play().catch(() => undefined);
  }

  /** Highest first; empty before `ready`. */
  rungs(): Rung[] {
    return this.#representations().map(toRung).reverse();
  }

  /** What the viewer chose; null when the rules choose. */
  get chosen(): Rung | null {
    return this.#chosen;
  }

  /** The rung that is being loaded. */
  loading(): Rung | null {
    if (!this.#isReady) return null;
    const now = this.#player.getCurrentRepresentationForType("video");
    return now === null ? null : toRung(now);
  }

  /** Stays with this rung from now on, or leaves it to the rules. */
  choose(rung: Rung | null): void {
    this.#chosen = rung;
    applySettings(this.#player, {
      abr: { autoSwitchBitrate: { video: rung === null } },
    });
    if (rung !== null) this.#goTo(rung);
    this.changed.emit();
  }

  get cap(): Rung | null {
    return this.#cap;
  }

  /** The rules choose nothing above this rung; a later choice of the viewer may. */
  setCap(rung: Rung | null): void {
    this.#cap = rung;
    // dash.js compares whole rungs with it: half a bit more, so that rounding excludes none.
    const video = rung === null ? -1 : (rung.bitrate + 0.5) / 1000;
    applySettings(this.#player, { abr: { maxBitrate: { video } } });
    if (rung !== null) this.#comeDownTo(rung);
    this.changed.emit();
  }

  /** Bits per second of the line, or null for the real one. */
  setRate(rate: number | null): void {
    this.line.rate = rate;
    // The browser's own times of a download know nothing of our line.
    applySettings(this.#player, {
      abr: { throughput: { useResourceTimingApi: rate === null } },
    });
    this.changed.emit();
  }

  audioTracks(): MediaInfo[] {
    if (!this.#isReady) return [];
    return this.#player.getTracksFor("audio");
  }

  audioTrack(): MediaInfo | null {
    return this.#player.getCurrentTrackFor("audio");
  }

  chooseAudio(track: MediaInfo): void {
    this.#player.setCurrentTrack(track);
    this.changed.emit();
  }

  /** Bits per second that the rules reckon with; NaN before the first download. */
  bandwidth(): number {
    if (!this.#isReady) return NaN;
    return this.#player.getAverageThroughput("video") * 1000;
  }

  /** Seconds of picture ahead. */
  bufferSeconds(): number {
    return this.#isReady ? this.#player.getBufferLength("video") : 0;
  }

  #attach(seconds: number): void {
    this.#isReady = false;
    this.#player.attachSource(this.#manifest, seconds);
  }

  #comeDownTo(rung: Rung): void {
    if (this.#chosen !== null && this.#chosen.bitrate > rung.bitrate)
      this.choose(null);
    const loading = this.loading();
    if (loading !== null && loading.bitrate > rung.bitrate) this.#goTo(rung);
  }

  /**
   * Upwards dash.js itself replaces what is buffered further ahead than one and a
   * half fragments. Downwards it would first play all that it has, up to 20 s: replace
   * it, at the price of a moment's standstill.
   */
  #goTo({ id, bitrate }: Rung): void {
    const isDown = bitrate < (this.loading()?.bitrate ?? 0);
    this.#player.setRepresentationForTypeById("video", id, isDown);
  }

  #representations(): Representation[] {
    if (!this.#isReady) return [];
    return this.#player.getRepresentationsByType("video");
  }
}
