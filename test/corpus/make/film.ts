import type { Maker } from "../row.js";
import { media } from "./media.js";
import { hum, moving } from "./sources.js";

/** Six seconds with a key frame every second: what is broken in it is then lost for a second. */
export function film(...options: readonly string[]): Maker {
  return media({
    video: moving(),
    audio: hum(),
    seconds: 6,
    options: ["-g", "25", ...options],
  });
}

export const FAST_START = ["-movflags", "+faststart"] as const;
