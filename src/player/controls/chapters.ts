import { byId, element } from "../shared/dom.js";
import { clockText, lastAtOrBefore } from "../shared/format.js";
import type { WebVttCue } from "../shared/web-vtt.js";
import type { Playback } from "./playback.js";

/** Marks on the seek bar, and the choice of a chapter in the settings; nothing without chapters. */
export function wireChapters(
  playback: Playback,
  chapters: readonly WebVttCue[],
): void {
  if (chapters.length === 0) return;
  showMarks(playback.video, chapters);
  const select = byId("chapter", HTMLSelectElement);
  select.append(
    ...chapters.map(({ begin, text }, i) =>
      element("option", { value: String(i) }, `${clockText(begin)} ${text}`),
    ),
  );
  select.hidden = byId("chapter-label", HTMLElement).hidden = false;
  const begins = chapters.map(({ begin }) => begin);
  const show = () => {
    const { currentTime } = playback.video;
    select.value = String(lastAtOrBefore(begins, currentTime));
  };
  for (const event of ["timeupdate", "seeking"])
    playback.video.addEventListener(event, show);
  select.addEventListener("change", () => {
    playback.seekTo(begins[Number(select.value)] ?? 0);
  });
  show();
}

/** At the begin of each chapter but the first. */
function showMarks(
  video: HTMLVideoElement,
  chapters: readonly WebVttCue[],
): void {
  const box = byId("chapter-marks", HTMLElement);
  const show = () => {
    const marks = chapters
      .filter(({ begin }) => begin > 0 && begin < video.duration)
      .map(({ begin }) => {
        const mark = element("span", {});
        mark.style.setProperty("--at", `${(begin / video.duration) * 100}%`);
        return mark;
      });
    box.replaceChildren(...marks);
  };
  video.addEventListener("durationchange", show);
  show();
}
