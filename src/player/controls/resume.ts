import type { PackageDetail } from "../shared/api.js";
import { keep, recall } from "../shared/dom.js";
import { addressSeconds, TICKS_PER_SECOND } from "../shared/format.js";
import { END_SECONDS } from "./playback.js";

/** The volume, for all films of this tab. */
const SOUND = "sound";

interface SoundSettings {
  readonly volume: number;
  readonly muted: boolean;
}

/**
 * Keeps place and sound of the film for a reload of the page, and restores the sound.
 *
 * @returns the start in seconds: after a reload the film's last place, otherwise the address's time
 */
export function resume(
  video: HTMLVideoElement,
  { path, duration }: PackageDetail,
): number {
  const place = `place ${path}`;
  const sound = JSON.parse(recall(SOUND) ?? "null") as SoundSettings | null;
  if (sound !== null) Object.assign(video, sound);
  const remember = () => {
    const { volume, muted, readyState, currentTime, ended } = video;
    keep(SOUND, JSON.stringify({ volume, muted }));
    if (readyState > 0) keep(place, String(ended ? 0 : currentTime));
  };
  addEventListener("pagehide", remember);
  // A phone ends hidden pages without an event.
  document.addEventListener("visibilitychange", remember);
  const requestedTime = new URLSearchParams(location.search).get("t") ?? "";
  const seconds =
    (isLoadedAnew() ? addressSeconds(recall(place) ?? "") : null) ??
    addressSeconds(requestedTime) ??
    0;
  return Math.max(
    0,
    Math.min(seconds, duration / TICKS_PER_SECOND - END_SECONDS),
  );
}

/** By Reload, or by Back from another page; not by a link. */
function isLoadedAnew(): boolean {
  const [entry] = performance.getEntriesByType("navigation");
  const { type } = entry as PerformanceNavigationTiming;
  return type === "reload" || type === "back_forward";
}
