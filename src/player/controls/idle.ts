import type { Playback } from "./playback.js";

const IDLE_MS = 3000;

/**
 * Hides the controls while the film plays and the pointer rests. They stay while one of
 * them has the focus, and come back with the first touch.
 */
export function wireIdle(playback: Playback): void {
  const { video, stage } = playback;
  let timer = 0;
  // For sound without a picture, the controls are all there is to see.
  const isSound = document.body.classList.contains("sound-alone");
  const wake = () => {
    stage.classList.remove("idle");
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (!video.paused && !isSound) stage.classList.add("idle");
    }, IDLE_MS);
  };
  for (const event of ["pointermove", "pointerdown", "focusin", "keydown"])
    stage.addEventListener(event, wake);
  playback.changed.on(wake);
  wirePicture(playback, () => stage.classList.contains("idle"));
}

/** A click on the picture plays or pauses. The first touch of a finger brings the controls. */
function wirePicture(playback: Playback, isIdle: () => boolean): void {
  let wasIdle = false;
  const { video } = playback;
  // Before the stage gets the event and wakes up.
  video.addEventListener("pointerdown", () => (wasIdle = isIdle()));
  video.addEventListener("click", (event) => {
    if (event.pointerType === "touch" && wasIdle) return;
    playback.toggle();
  });
  video.addEventListener("dblclick", () => playback.toggleFull());
}
