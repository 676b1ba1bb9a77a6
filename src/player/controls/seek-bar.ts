import { byId } from "../shared/dom.js";
import { spokenClock } from "../shared/format.js";
import type { Playback } from "./playback.js";
import { Preview } from "./preview.js";

/** Seconds between changes of the bar's spoken place: a screen reader reads out each change. */
const TOLD_EVERY = 10;

/** The film's place, the buffer, and seeks. */
export function wireSeekBar(playback: Playback, preview: Preview): void {
  const { video } = playback;
  const seek = byId("seek", HTMLInputElement);
  const box = byId("seek-box", HTMLElement);
  /** While the viewer holds the bar, it shows the viewer's place and not the film's. */
  let isHeld = false;
  let announced = 0;

  const show = () => {
    if (!isHeld) seek.value = String(video.currentTime);
    paint(box, video, seek.valueAsNumber);
    if (Math.abs(seek.valueAsNumber - announced) >= TOLD_EVERY) tellPlace();
  };
  const tellPlace = () => {
    announced = seek.valueAsNumber;
    const text = `${spokenClock(announced)} of ${spokenClock(video.duration)}`;
    seek.setAttribute("aria-valuetext", text);
  };
  video.addEventListener("durationchange", () => {
    if (Number.isFinite(video.duration)) seek.max = String(video.duration);
    show();
    tellPlace();
  });
  for (const event of ["timeupdate", "progress", "seeking"])
    video.addEventListener(event, show);
  for (const event of ["seeking", "pause"])
    video.addEventListener(event, tellPlace);

  seek.addEventListener("input", () => {
    isHeld = true;
    preview.show(seek.valueAsNumber, share(seek.valueAsNumber, video));
    show();
    tellPlace();
  });
  seek.addEventListener("change", () => {
    isHeld = false;
    playback.seekTo(seek.valueAsNumber);
    preview.hide();
  });
  seek.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse") return;
    const { left, width } = seek.getBoundingClientRect();
    const at = Math.min(1, Math.max(0, (event.clientX - left) / width));
    preview.show(at * video.duration, at);
  });
  for (const event of ["pointerleave", "blur"])
    seek.addEventListener(event, () => preview.hide());
}

function paint(box: HTMLElement, video: HTMLVideoElement, at: number): void {
  box.style.setProperty("--played", percent(share(at, video)));
  box.style.setProperty("--buffered", percent(share(bufferEnd(video), video)));
}

/** End of the buffer without a gap from here. */
function bufferEnd({ buffered, currentTime }: HTMLVideoElement): number {
  for (let i = 0; i < buffered.length; i++)
    if (buffered.start(i) <= currentTime + 0.1 && buffered.end(i) > currentTime)
      return buffered.end(i);
  return currentTime;
}

function share(seconds: number, { duration }: HTMLVideoElement): number {
  return duration > 0 ? Math.min(1, seconds / duration) : 0;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
