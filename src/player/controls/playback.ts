import { announce } from "../shared/announce.js";
import { clock } from "../shared/format.js";
import { Signal } from "../shared/signal.js";

export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 4];

/** What buttons and keys do to the video. */
export class Playback {
  readonly video: HTMLVideoElement;
  readonly stage: HTMLElement;
  /** Playing, paused or at its end. */
  readonly changed = new Signal();
  #hasEnded = false;

  constructor(video: HTMLVideoElement, stage: HTMLElement) {
    this.video = video;
    this.stage = stage;
    for (const event of ["play", "pause", "seeking", "ended"])
      video.addEventListener(event, () => {
        if (event === "seeking" || event === "play") this.#hasEnded = false;
        if (event === "ended") this.#hasEnded = true;
        this.changed.emit();
      });
  }

  /** At the end of the film; the next play begins anew. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** dash.js now and then sees the end some milliseconds before the video, and stops it. */
  end(): void {
    this.#hasEnded = true;
    this.changed.emit();
  }

  toggle(): void {
    const { video } = this;
    if (this.#hasEnded) video.currentTime = 0;
    // An error of the media shows itself by another way.
    if (video.paused || this.#hasEnded)
      void video.play().catch(() => undefined);
    else video.pause();
  }

  seekTo(seconds: number): void {
    const { duration } = this.video;
    if (!Number.isFinite(duration)) return;
    this.video.currentTime = Math.min(Math.max(0, seconds), duration);
  }

  seekBy(seconds: number): void {
    this.seekTo(this.video.currentTime + seconds);
    announce(clock(this.video.currentTime));
  }

  /** @param share 0 is the begin, 1 the end */
  seekToShare(share: number): void {
    this.seekTo(this.video.duration * share);
    announce(clock(this.video.currentTime));
  }

  changeVolume(by: number): void {
    const { video } = this;
    const volume = Math.min(1, Math.max(0, video.volume + by));
    // 0.05 twenty times is not quite 1.
    video.volume = Math.round(volume * 100) / 100;
    video.muted = false;
    announce(`Volume ${Math.round(video.volume * 100)} %`);
  }

  toggleMute(): void {
    this.video.muted = !this.video.muted;
    announce(this.video.muted ? "Muted" : "Sound on");
  }

  changeSpeed(steps: number): void {
    const now = SPEEDS.indexOf(this.video.playbackRate);
    const next = SPEEDS[(now === -1 ? SPEEDS.indexOf(1) : now) + steps];
    if (next === undefined) return;
    this.video.playbackRate = next;
    announce(`Speed ${next}`);
  }

  /** With our controls, so it is the stage that fills the screen. */
  toggleFull(): void {
    const done =
      document.fullscreenElement === null
        ? this.stage.requestFullscreen()
        : document.exitFullscreen();
    void done.catch(() => announce("The browser does not allow full screen"));
  }

  togglePip(): void {
    const done =
      document.pictureInPictureElement === null
        ? this.video.requestPictureInPicture()
        : document.exitPictureInPicture();
    void done.catch(() =>
      announce("The browser does not allow picture in picture"),
    );
  }
}
