import { playerAddress, watchAddress, type PackageSummary } from "./api.js";
import { element } from "./dom.js";

/** Other players for the same fragments. */
export const WAYS = {
  dash: {
    name: "dash.js on DASH",
    file: "manifest.mpd",
    manifest: ({ manifest }: PackageSummary) =>
      beside(manifest, "manifest.mpd"),
  },
  hls: {
    name: "hls.js on HLS",
    file: "master.m3u8",
    manifest: ({ manifest }: PackageSummary) => beside(manifest, "master.m3u8"),
  },
} as const;

export type Way = keyof typeof WAYS;

/** The address of another manifest of a package. */
function beside(manifest: string, file: string): string {
  return manifest.replace(/Manifest$/, file);
}

/** Links to all players of a package; the one on the page is marked. */
export function openIn({ path }: PackageSummary, now?: Way): HTMLElement[] {
  const ways = (Object.keys(WAYS) as Way[]).map((way) => ({
    name: WAYS[way].name,
    href: watchAddress(way, path),
    isHere: way === now,
  }));
  const smooth = {
    name: "dash.js on Smooth",
    href: playerAddress(path),
    isHere: now === undefined,
  };
  return [smooth, ...ways].map(({ name, href, isHere }) =>
    element(
      "a",
      {
        class: "button small",
        href,
        ...(isHere && { "aria-current": "page" }),
      },
      name,
    ),
  );
}
