import { byId, setIcon } from "../shared/dom.js";
import { clockText, lengthClock } from "../shared/format.js";
import { canFillScreen, type Playback } from "./playback.js";

/** The buttons below the picture, and the picture itself as a button. */
export function wireButtons(playback: Playback): void {
  wirePlay(playback);
  wireVolume(playback);
  wireScreens(playback);
  wireTime(playback.video);
}

function wirePlay(playback: Playback): void {
  const { video, stage } = playback;
  const play = byId("play", HTMLButtonElement);
  const bigPlay = byId("big-play", HTMLButtonElement);
  const show = () => {
    const isPaused = video.paused || playback.hasEnded;
    const name = playback.hasEnded ? "replay" : isPaused ? "play" : "pause";
    const label = { replay: "Play again", play: "Play", pause: "Pause" }[name];
    setIcon(play, name);
    play.setAttribute("aria-label", label);
    play.title = `${label} (k)`;
    setIcon(bigPlay, name === "replay" ? "replay" : "play");
    bigPlay.lastElementChild?.replaceChildren(label);
    // The button goes away; the focus moves to the small play button.
    if (!isPaused && document.activeElement === bigPlay) play.focus();
    bigPlay.hidden = !isPaused;
    stage.classList.toggle("paused", isPaused);
  };
  play.addEventListener("click", () => playback.toggle());
  bigPlay.addEventListener("click", () => playback.toggle());
  playback.changed.on(show);
  show();
}

function wireVolume(playback: Playback): void {
  const { video } = playback;
  const mute = byId("mute", HTMLButtonElement);
  const volume = byId("volume", HTMLInputElement);
  const show = () => {
    const isMuted = video.muted || video.volume === 0;
    setIcon(mute, isMuted ? "mute" : "loud");
    mute.setAttribute("aria-label", isMuted ? "Sound on" : "Mute");
    mute.title = `${isMuted ? "Sound on" : "Mute"} (m)`;
    const level = isMuted ? 0 : video.volume;
    volume.value = String(level);
    volume.setAttribute("aria-valuetext", `${Math.round(level * 100)} %`);
    volume.style.setProperty("--level", `${level * 100}%`);
  };
  mute.addEventListener("click", () => playback.toggleMute());
  volume.addEventListener("input", () => {
    video.volume = volume.valueAsNumber;
    video.muted = false;
  });
  video.addEventListener("volumechange", show);
  show();
}

function wireScreens(playback: Playback): void {
  const full = byId("full", HTMLButtonElement);
  const pip = byId("pip", HTMLButtonElement);
  full.hidden = !canFillScreen(playback.video);
  const isSound = document.body.classList.contains("sound-alone");
  pip.hidden = isSound || !document.pictureInPictureEnabled;
  full.addEventListener("click", () => playback.toggleFull());
  pip.addEventListener("click", () => playback.togglePip());
  document.addEventListener("fullscreenchange", () => {
    const isFull = document.fullscreenElement !== null;
    setIcon(full, isFull ? "window" : "full");
    const label = isFull ? "Leave full screen" : "Full screen";
    full.setAttribute("aria-label", label);
    full.title = `${label} (f)`;
  });
}

function wireTime(video: HTMLVideoElement): void {
  const now = byId("now", HTMLElement);
  const total = byId("total", HTMLElement);
  const spinner = byId("spinner", HTMLElement);
  video.addEventListener("timeupdate", () => {
    now.textContent = clockText(video.currentTime);
  });
  video.addEventListener("durationchange", () => {
    total.textContent = lengthClock(video.duration);
  });
  for (const event of ["waiting", "seeking"])
    video.addEventListener(event, () => (spinner.hidden = video.paused));
  for (const event of ["playing", "canplay", "pause", "error"])
    video.addEventListener(event, () => (spinner.hidden = true));
}
