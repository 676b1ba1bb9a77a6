import type { MediaInfo, MediaPlayerClass } from "dashjs";
import "dashjs/mss";
import type { PackageSummary } from "../shared/api.js";
import { Signal } from "../shared/dom.js";
import { unlockedAlready } from "./clear-key.js";
import { cmcdInPlace } from "./cmcd-in-place.js";
import { createPlayer } from "./create-player.js";
import { nameCustomLevels } from "./custom-levels.js";
import type { SwitchReason } from "./dash-types.js";
import { passOn, type Happenings } from "./events.js";
import { NO_MEDIA_SOURCE, type PlayFailure } from "./failure.js";
import { fairFrames } from "./fair-frames.js";
import { PlayedLadder } from "./ladder.js";
import { Line, pacedLoader } from "./paced-loader.js";
import { firstAudio, Preferences } from "./preferences.js";
import type { RequestedFragment, PlayedRung } from "./rung.js";
import { applyStreaming, dashSettings } from "./settings.js";
import { SizeLimit } from "./size-limit.js";
import { Supply } from "./supply.js";

/**
 * dash.js as this page needs it: one package, its rungs, who decides about them
 * and what was loaded. Nothing else of the page talks to dash.js.
 */
export class PlayerEngine implements Happenings {
  readonly ready = new Signal();
  readonly switched = new Signal<{ rung: PlayedRung; reason: SwitchReason }>();
  readonly fragmentLoaded = new Signal<RequestedFragment>();
  readonly failed = new Signal<PlayFailure>();
  readonly ended = new Signal();
  /** Another choice of the viewer, another cap, another rate of the line. */
  readonly changed = new Signal();
  readonly line = new Line();
  readonly supply: Supply;
  /** The rules go no higher than the picture's size on the screen can show. */
  readonly size: SizeLimit;
  readonly #player: MediaPlayerClass;
  readonly #video: HTMLVideoElement;
  readonly #manifest: string;
  /** What the figures are of. */
  readonly #media: "video" | "audio";
  readonly #ladder: PlayedLadder;
  readonly #wishes: Preferences;
  #from = 0;

  constructor(
    video: HTMLVideoElement,
    { manifest, path, audio, video: rungs }: PackageSummary,
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
    applyStreaming(this.#player, dashSettings(playbackId, path));
    this.#player.initialize(video, undefined, false);
    nameCustomLevels(this.#player);
    this.#media = rungs.length > 0 ? "video" : "audio";
    this.size = new SizeLimit(video, rungs);
    const sound = firstAudio(audio, navigator.languages)?.name;
    this.#wishes = new Preferences(sound, this.size);
    this.#wishes.set(this.#player);
    this.size.changed.on(() => {
      this.#wishes.set(this.#player);
      this.changed.emit();
    });
    this.#ladder = new PlayedLadder(this.#player, video);
    this.supply = new Supply(this.#player, video);
    this.supply.ranOut.on((failure) => this.failed.emit(failure));
    this.ready.on(() => this.#ladder.begin());
    this.fragmentLoaded.on((fragment) => this.#ladder.note(fragment));
    passOn(this.#player, video, this);
  }

  /** Of dash.js. */
  get version(): string {
    return this.#player.getVersion();
  }

  /** @param seconds where to begin */
  load(seconds: number): void {
    this.#from = seconds;
    if ("MediaSource" in window || "ManagedMediaSource" in window)
      this.#attach(seconds);
    else this.failed.emit(NO_MEDIA_SOURCE);
  }

  /** Loads everything anew and goes on where it was. */
  retry(): void {
    const { readyState, currentTime } = this.#video;
    this.#attach(readyState > 0 ? currentTime : this.#from);
    void this.#video.play().catch(() => undefined);
  }

  /** Highest first; empty before `ready`. */
  rungs(): PlayedRung[] {
    return this.#ladder.rungs();
  }

  /** What the viewer chose; null when the rules choose. */
  get chosen(): PlayedRung | null {
    return this.#wishes.rung;
  }

  /** The rung that is being loaded. */
  loading(): PlayedRung | null {
    return this.#ladder.loading();
  }

  /** Stays with this rung from now on, or leaves it to the rules. */
  choose(rung: PlayedRung | null): void {
    this.#wishes.rung = rung;
    this.#wishes.set(this.#player);
    if (rung !== null) this.#ladder.goTo(rung);
    this.changed.emit();
  }

  get cap(): PlayedRung | null {
    return this.#wishes.cap;
  }

  /** The rules choose nothing above this rung; a later choice of the viewer may. */
  setCap(rung: PlayedRung | null): void {
    this.#wishes.cap = rung;
    this.#wishes.set(this.#player);
    if (rung !== null) {
      const { chosen } = this;
      if (chosen !== null && chosen.bitrate > rung.bitrate) this.choose(null);
      this.#ladder.comeDownTo(rung);
    }
    this.changed.emit();
  }

  /** Bits per second of the line, or null for the real one. */
  setRate(rate: number | null): void {
    this.line.rate = rate;
    // The browser's own times of a download know nothing of our line.
    applyStreaming(this.#player, {
      abr: { throughput: { useResourceTimingApi: rate === null } },
    });
    this.changed.emit();
  }

  audioTracks(): MediaInfo[] {
    if (!this.#ladder.isReady) return [];
    return this.#player.getTracksFor("audio");
  }

  audioTrack(): MediaInfo | null {
    return this.#player.getCurrentTrackFor("audio");
  }

  chooseAudio(track: MediaInfo): void {
    this.#wishes.sound = track.id ?? undefined;
    this.#player.setCurrentTrack(track);
    this.changed.emit();
  }

  /** Bits per second that the rules reckon with; NaN before the first download. */
  bandwidth(): number {
    if (!this.#ladder.isReady) return NaN;
    return this.#player.getAverageThroughput(this.#media) * 1000;
  }

  /** Seconds of picture ahead, or of sound alone. */
  bufferSeconds(): number {
    if (!this.#ladder.isReady) return 0;
    // dash.js has no number for nothing.
    return this.#player.getBufferLength(this.#media) || 0;
  }

  #attach(seconds: number): void {
    const video = this.#video;
    this.#ladder.reset();
    this.supply.reset();
    const speed = video.playbackRate;
    this.#player.attachSource(this.#manifest, seconds);
    this.#wishes.setForSource(this.#player);
    // dash.js sets it to 1, the browser with a new source to the default. HTML 4.8.11.5
    video.playbackRate = video.defaultPlaybackRate = speed;
  }
}
