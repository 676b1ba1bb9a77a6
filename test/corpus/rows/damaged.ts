import { expect } from "vitest";
import { cutOff, damaged, noMedia } from "../make/bytes.js";
import { FAST_START, film } from "../make/film.js";
import { changed, media, written } from "../make/media.js";
import { hum, quartered } from "../make/sources.js";
import type { Check, Row } from "../row.js";

const CUT = "cut off";
const DAMAGED = "damage in the middle";

/** A tenth of the bytes, in the third and fourth second. */
function hurt(path: string): void {
  damaged(path, 0.45, 0.55);
}

/** Something of the picture is reported as lost, and nothing outside of these times. */
function losesVideo(fromSeconds: number, toSeconds: number): Check {
  return ({ result }) => {
    const lost = (result.lost ?? []).filter(({ stream }) => stream === "video");
    const message = JSON.stringify(result.lost);
    expect(lost.length, message).toBeGreaterThan(0);
    for (const span of lost) {
      expect(span.fromSeconds, message).toBeGreaterThanOrEqual(fromSeconds);
      expect(span.toSeconds, message).toBeLessThanOrEqual(toSeconds);
      expect(span.toSeconds, message).toBeGreaterThan(span.fromSeconds);
    }
  };
}

export const DAMAGED_FILES: readonly Row[] = [
  {
    name: "an MP4 whose index would have come at the end",
    class: CUT,
    file: "no-index.mp4",
    make: changed(film(), (path) => cutOff(path, 0.6)),
    expected: { exitCode: 3, says: /moov|cut off|is not a media file/ },
  },
  {
    name: "an MP4 with its index at the beginning",
    class: CUT,
    file: "half.mp4",
    make: changed(film(...FAST_START), (path) => cutOff(path, 0.6)),
    expected: { exitCode: 3, says: /could be decoded|damaged|cut off/ },
  },
  {
    name: "what there is of an MP4, with --salvage",
    class: CUT,
    file: "rescued.mp4",
    make: changed(film(...FAST_START), (path) => cutOff(path, 0.6)),
    options: ["--salvage"],
    expected: {
      size: "320x180",
      seconds: 3.6,
      checks: [losesVideo(3.5, 6.1)],
    },
  },
  {
    name: "Matroska",
    class: CUT,
    file: "half.mkv",
    make: changed(film(), (path) => cutOff(path, 0.6)),
    expected: { exitCode: 3, says: /could be decoded|damaged|cut off/ },
  },
  {
    name: "AVI",
    class: CUT,
    file: "half.avi",
    make: changed(film(), (path) => cutOff(path, 0.6)),
    expected: { exitCode: 3, says: /could be decoded|damaged|cut off/ },
  },
  {
    name: "a JPEG",
    class: CUT,
    file: "half.jpg",
    make: changed(
      written("-f", "lavfi", "-i", quartered(), "-frames:v", "1"),
      (path) => cutOff(path, 0.6),
    ),
    expected: { exitCode: 3, says: /damaged|cut off|decoded/ },
  },
  {
    name: "an MP4 with a tenth of it overwritten",
    class: DAMAGED,
    file: "damaged.mp4",
    make: changed(film(...FAST_START), hurt),
    expected: { exitCode: 3, says: /damaged/ },
  },
  {
    name: "MPEG-TS with a tenth of it overwritten",
    class: DAMAGED,
    file: "damaged.ts",
    make: changed(film("-c:a", "mp2"), hurt),
    expected: { exitCode: 3, says: /damaged/ },
  },
  {
    name: "MP3 with a tenth of it overwritten",
    class: DAMAGED,
    file: "damaged.mp3",
    make: changed(
      media({ audio: hum(), seconds: 6, options: ["-c:a", "libmp3lame"] }),
      hurt,
    ),
    expected: { exitCode: 3, says: /damaged/ },
  },
  {
    name: "what decodes of a damaged MP4, with --salvage",
    class: DAMAGED,
    file: "salvaged.mp4",
    make: changed(film(...FAST_START), hurt),
    options: ["--salvage"],
    expected: { size: "320x180", seconds: 6, checks: [losesVideo(1.9, 4.6)] },
  },
  {
    name: "what decodes of a damaged MPEG-TS, with --salvage",
    class: DAMAGED,
    file: "salvaged.ts",
    make: changed(film("-c:a", "mp2"), hurt),
    options: ["--salvage"],
    expected: { size: "320x180", seconds: 6, checks: [losesVideo(1.9, 4.6)] },
  },
  {
    name: "an MP4 of which nothing decodes, with --salvage",
    class: DAMAGED,
    file: "noise.mp4",
    make: changed(film(...FAST_START), noMedia),
    options: ["--salvage"],
    expected: { exitCode: 3, says: /cannot be decoded|none of its/ },
  },
];
