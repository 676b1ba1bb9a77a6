import type { PackageDetail } from "../shared/api.js";
import { keep, recall } from "../shared/dom.js";
import { addressSeconds, TICKS_PER_SECOND } from "../shared/format.js";
import { END_SECONDS } from "./playback.js";

/** How loud it is, for all films of this tab. */
const SOUND = "sound";

interface Sound {
  readonly volume: number;
  readonly muted: boolean;
}

/**
 * Keeps place and sound of the film for a page that is loaded anew, and makes the sound
 * as it was.
 *
 * @returns where to begin, in seconds: where the film was when the page is loaded anew,
 *   else where the address says
 */
export function resume(
  video: HTMLVideoElement,
  { path, duration }: PackageDetail,
): number {
  const place = `place ${path}`;
  const sound = JSON.parse(recall(SOUND) ?? "null") as Sound | null;
  if (sound !== null) Object.assign(video, sound);
  const remember = () => {
    const { volume, muted, readyState, currentTime, ended } = video;
    keep(SOUND, JSON.stringify({ volume, muted }));
    if (readyState > 0) keep(place, String(ended ? 0 : currentTime));
  };
  addEventListener("pagehide", remember);
  // A phone ends what is hidden without a word.
  document.addEventListener("visibilitychange", remember);
  const asked = new URLSearchParams(location.search).get("t") ?? "";
  const seconds =
    (isLoadedAnew() ? addressSeconds(recall(place) ?? "") : null) ??
    addressSeconds(asked) ??
    0;
  return Math.max(
    0,
    Math.min(seconds, duration / TICKS_PER_SECOND - END_SECONDS),
  );
}

/** By Reload, or by Back from elsewhere; not by a link. */
function isLoadedAnew(): boolean {
  const [entry] = performance.getEntriesByType("navigation");
  const { type } = entry as PerformanceNavigationTiming;
  return type === "reload" || type === "back_forward";
}
