import type { MediaInfo, MediaPlayerClass } from "dashjs";
import "dashjs/mss";
import type { PackageSummary, SoundLevel } from "../shared/api.js";
import { Signal } from "../shared/dom.js";
import { unlockedAlready } from "./clear-key.js";
import { cmcdInPlace } from "./cmcd-in-place.js";
import { createPlayer } from "./dash-parts.js";
import { nameCustomLevels } from "./custom-levels.js";
import type { SwitchReason } from "./dash-parts.js";
import { passOn, type PlayerEvents } from "./events.js";
import { NO_MEDIA_SOURCE, type PlayFailure } from "./failure.js";
import { fairFrames } from "./fair-frames.js";
import { PlayedLadder } from "./ladder.js";
import { PacedLine, pacedLoader } from "./paced-loader.js";
import { firstAudio, isPlayed, Preferences } from "./preferences.js";
import type { RequestedFragment, PlayedRung } from "./rung.js";
import { applyStreaming, dashSettings } from "./settings.js";
import { seekAnew } from "./seek-anew.js";
import { SizeLimit } from "./size-limit.js";
import { Stalls, Supply } from "./supply.js";
import { playWholeTitle } from "./whole-title.js";

/**
 * dash.js for this page: one package, its rungs, the choice of rung and the loaded fragments. All
 * other files reach dash.js through this class.
 */
export class PlayerEngine implements PlayerEvents {
  readonly ready = new Signal();
  readonly switched = new Signal<{ rung: PlayedRung; reason: SwitchReason }>();
  readonly fragmentLoaded = new Signal<RequestedFragment>();
  readonly failed = new Signal<PlayFailure>();
  readonly ended = new Signal();
  /** The viewer made another choice, or the cap or the rate of the line changed. */
  readonly changed = new Signal();
  readonly line = new PacedLine();
  readonly supply: Supply;
  readonly stalls: Stalls;
  /** The rules choose no rung that the picture's size on the screen cannot show. */
  readonly size: SizeLimit;
  readonly #player: MediaPlayerClass;
  readonly #video: HTMLVideoElement;
  readonly #manifest: string;
  /** The medium of the figures. */
  readonly #media: "video" | "audio";
  readonly #ladder: PlayedLadder;
  readonly #preferences: Preferences;
  /** The sounds that dash.js does not play, such as Dolby: it drops their levels. */
  readonly leftOut: readonly SoundLevel[];
  #from = 0;

  constructor(
    video: HTMLVideoElement,
    { manifest, path, audio, video: rungs }: PackageSummary,
    playbackId: string,
  ) {
    this.#video = video;
    this.stalls = new Stalls(video);
    this.#manifest = new URL(manifest, location.href).href;
    this.#player = createPlayer({
      XHRLoader: pacedLoader(this.line),
      DroppedFramesHistory: fairFrames(video),
      CmcdController: cmcdInPlace(this.stalls),
      BufferController: seekAnew,
      Capabilities: unlockedAlready,
    });
    // First, because dash.js reads CMCD's mode once, when it is initialized.
    applyStreaming(this.#player, dashSettings(playbackId, path));
    this.#player.initialize(video, undefined, false);
    nameCustomLevels(this.#player);
    playWholeTitle(this.#player);
    this.#media = rungs.length > 0 ? "video" : "audio";
    this.size = new SizeLimit(video, rungs);
    this.leftOut = audio.filter((level) => !isPlayed(level));
    const played = audio.filter(isPlayed);
    const sound = firstAudio(played, navigator.languages)?.name;
    this.#preferences = new Preferences(sound, this.size);
    this.#preferences.set(this.#player);
    this.size.changed.on(() => {
      this.#preferences.set(this.#player);
      this.changed.emit();
    });
    this.#ladder = new PlayedLadder(this.#player, video);
    this.supply = new Supply(this.#player, video);
    this.supply.ranOut.on((failure) => this.failed.emit(failure));
    this.ready.on(() => this.#ladder.begin());
    this.fragmentLoaded.on((fragment) => this.#ladder.note(fragment));
    passOn(this.#player, video, this);
  }

  /** The version of dash.js. */
  get version(): string {
    return this.#player.getVersion();
  }

  /** @param seconds the start */
  load(seconds: number): void {
    this.#from = seconds;
    if ("MediaSource" in window || "ManagedMediaSource" in window)
      this.#attach(seconds);
    else this.failed.emit(NO_MEDIA_SOURCE);
  }

  /** Loads everything again and goes on at the same place. */
  retry(): void {
    const { readyState, currentTime } = this.#video;
    this.#attach(readyState > 0 ? currentTime : this.#from);
    void this.#video.play().catch(() => undefined);
  }

  /** Highest first; empty before `ready`. */
  rungs(): PlayedRung[] {
    return this.#ladder.rungs();
  }

  /** The viewer's choice; null when the rules choose. */
  get chosen(): PlayedRung | null {
    return this.#preferences.rung;
  }

  /** The rung that loads now. */
  loading(): PlayedRung | null {
    return this.#ladder.loading();
  }

  /** Stays with this rung from now on, or leaves the choice to the rules. */
  choose(rung: PlayedRung | null): void {
    this.#preferences.rung = rung;
    this.#preferences.set(this.#player);
    if (rung !== null) this.#ladder.goTo(rung);
    this.changed.emit();
  }

  get cap(): PlayedRung | null {
    return this.#preferences.cap;
  }

  /** The rules choose no rung above this one; the viewer may do so later. */
  setCap(rung: PlayedRung | null): void {
    this.#preferences.cap = rung;
    this.#preferences.set(this.#player);
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
    // The browser's own times of a download do not include our line.
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
    this.#preferences.sound = track.id ?? undefined;
    this.#player.setCurrentTrack(track);
    this.changed.emit();
  }

  /** Bits per second that the rules use; NaN before the first download. */
  bandwidth(): number {
    if (!this.#ladder.isReady) return NaN;
    return this.#player.getAverageThroughput(this.#media) * 1000;
  }

  /** Seconds of buffered picture, or of sound if there is no picture. */
  bufferSeconds(): number {
    if (!this.#ladder.isReady) return 0;
    // For an empty buffer dash.js returns no number.
    return this.#player.getBufferLength(this.#media) || 0;
  }

  #attach(seconds: number): void {
    const video = this.#video;
    this.#ladder.reset();
    this.supply.reset();
    const speed = video.playbackRate;
    this.#player.attachSource(this.#manifest, seconds);
    this.#preferences.setForSource(this.#player);
    // dash.js sets it to 1, the browser with a new source to the default. HTML 4.8.11.5
    video.playbackRate = video.defaultPlaybackRate = speed;
  }
}
