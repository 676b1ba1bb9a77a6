import { Signal, tell } from "../shared/dom.js";
import { clockText, spokenClock } from "../shared/format.js";

export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 4];

/** The last place before the end, in seconds: in dash.js a seek to the very end may not finish. */
export const END_SECONDS = 0.5;

/** A slider on its way to 0 passes volumes too low to hear: sound comes back at this volume or above. */
const LEAST_VOLUME = 0.25;

/** Actions of buttons and keys on the video. */
export class Playback {
  readonly video: HTMLVideoElement;
  readonly stage: HTMLElement;
  /** Playing, paused or at its end. */
  readonly changed = new Signal();
  #hasEnded = false;
  #lastVolume = 1;
  /** The viewer's target, until the video is there. */
  #aim: { readonly seconds: number; triesLeft: number } | null = null;

  constructor(video: HTMLVideoElement, stage: HTMLElement) {
    this.video = video;
    this.stage = stage;
    for (const event of ["play", "pause", "seeking", "ended"])
      video.addEventListener(event, () => {
        if (event === "seeking" || event === "play") this.#hasEnded = false;
        if (event === "ended") this.#hasEnded = true;
        this.changed.emit();
      });
    video.addEventListener("seeked", () => this.#checkAim());
    video.addEventListener("volumechange", () => {
      if (video.volume > 0) this.#lastVolume = video.volume;
    });
  }

  /** The film is at its end; the next play starts from the beginning. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** dash.js sometimes sees the end some milliseconds before the video, and stops it. */
  end(): void {
    this.#hasEnded = true;
    this.changed.emit();
  }

  toggle(): void {
    const { video } = this;
    if (this.#hasEnded) video.currentTime = 0;
    // An error of the media is shown in another way.
    if (video.paused || this.#hasEnded)
      void video.play().catch(() => undefined);
    else video.pause();
  }

  seekTo(seconds: number): void {
    const { duration } = this.video;
    if (!Number.isFinite(duration)) return;
    const target = Math.max(0, Math.min(seconds, duration - END_SECONDS));
    this.#aim = { seconds: target, triesLeft: 2 };
    this.video.currentTime = target;
  }

  /**
   * After two quick seeks dash.js may still append data of the first one and then go to its target.
   * This goes back to the viewer's target.
   */
  #checkAim(): void {
    const { video } = this;
    if (this.#aim === null || video.seeking) return;
    const { seconds, triesLeft } = this.#aim;
    const isThere = Math.abs(video.currentTime - seconds) < 0.5;
    if (isThere || triesLeft === 0) this.#aim = null;
    else {
      this.#aim.triesLeft -= 1;
      video.currentTime = seconds;
    }
  }

  seekBy(seconds: number): void {
    this.seekTo((this.#aim?.seconds ?? this.video.currentTime) + seconds);
    this.#tellTime();
  }

  /** @param share 0 is the start, 1 the end */
  seekToShare(share: number): void {
    this.seekTo(this.video.duration * share);
    this.#tellTime();
  }

  #tellTime(): void {
    const { currentTime } = this.video;
    tell(spokenClock(currentTime), clockText(currentTime));
  }

  changeVolume(by: number): void {
    const { video } = this;
    const volume = Math.min(1, Math.max(0, video.volume + by));
    // 0.05 twenty times is not quite 1.
    video.volume = Math.round(volume * 100) / 100;
    video.muted = false;
    tell(`Volume ${Math.round(video.volume * 100)} %`);
  }

  toggleMute(): void {
    const { video } = this;
    const isSilent = video.muted || video.volume === 0;
    video.muted = !isSilent;
    if (video.volume === 0)
      video.volume = Math.max(LEAST_VOLUME, this.#lastVolume);
    tell(isSilent ? "Sound on" : "Muted");
  }

  changeSpeed(steps: number): void {
    const now = SPEEDS.indexOf(this.video.playbackRate);
    const next = SPEEDS[(now === -1 ? SPEEDS.indexOf(1) : now) + steps];
    if (next === undefined) return;
    this.video.playbackRate = next;
    tell(`Speed ${next}`);
  }

  toggleFull(): void {
    void toggleFullScreen(this.video, this.stage).catch(() =>
      tell("The browser does not allow full screen"),
    );
  }

  togglePip(): void {
    const done =
      document.pictureInPictureElement === null
        ? this.video.requestPictureInPicture()
        : document.exitPictureInPicture();
    void done.catch(() =>
      tell("The browser does not allow picture in picture"),
    );
  }
}

/** iPhones have this instead of `requestFullscreen`: for the video only, with their own controls. */
interface PhoneVideo extends HTMLVideoElement {
  readonly webkitEnterFullscreen?: () => void;
}

export function canFillScreen(video: PhoneVideo): boolean {
  return document.fullscreenEnabled || "webkitEnterFullscreen" in video;
}

/**
 * Fills the screen with the stage, and so with our controls, or leaves full screen.
 *
 * @throws when the browser does not allow it
 */
async function toggleFullScreen(
  video: PhoneVideo,
  stage: HTMLElement,
): Promise<void> {
  if (!document.fullscreenEnabled) video.webkitEnterFullscreen?.();
  else if (document.fullscreenElement === null) await stage.requestFullscreen();
  else await document.exitFullscreen();
}
