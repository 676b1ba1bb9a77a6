import { writeFileSync } from "node:fs";
import { expect } from "vitest";
import {
  chunksBehindTheEnd,
  cutOff,
  damaged,
  hugeMovie,
  hugeSample,
  noise,
  unknownCodec,
} from "../make/bytes.js";
import { changed, media, written } from "../make/media.js";
import { hum, moving, quartered } from "../make/sources.js";
import { tone } from "../checks/sound.js";
import type { Check, Maker, Row } from "../row.js";

const CUT = "cut off";
const LYING = "sizes that lie";
const NO_MEDIA = "no media at all";
const DAMAGED = "damage in the middle";

/** Six seconds with a key frame every second: what is lost is then lost for a second. */
function film(...options: readonly string[]): Maker {
  return media({
    picture: moving(),
    sound: hum(),
    seconds: 6,
    options: ["-g", "25", ...options],
  });
}

const FAST_START = ["-movflags", "+faststart"];

/** A tenth of the bytes, in the third and fourth second. */
function hurt(path: string): void {
  damaged(path, 0.45, 0.55);
}

function content(bytes: string | Uint8Array): Maker {
  return (path) => Promise.resolve(writeFileSync(path, bytes));
}

/** Something between two times of the picture is reported as lost. */
function losesPicture(fromSeconds: number, toSeconds: number): Check {
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

const REFUSED_AS_NO_MEDIA = {
  exitCode: 3,
  says: /is not a media file that ffprobe can read/,
};

export const BROKEN: readonly Row[] = [
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
      checks: [losesPicture(3.5, 6.1)],
    },
  },
  {
    name: "MPEG-TS, in the middle of a packet",
    class: CUT,
    file: "half.ts",
    make: changed(film("-c:a", "mp2"), (path) => cutOff(path, 0.6)),
    expected: { exitCode: 3, says: /cut off|could be decoded|damaged/ },
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
    name: "a sample of 2 GB in a small MP4",
    class: LYING,
    file: "huge-sample.mp4",
    make: changed(film(), hugeSample),
    expected: { exitCode: 3, says: /decoded|damaged|cut off|not a media file/ },
  },
  {
    name: "chunks behind the end of an MP4",
    class: LYING,
    file: "behind-the-end.mp4",
    make: changed(film(), chunksBehindTheEnd),
    expected: { exitCode: 3, says: /decoded|damaged|cut off|not a media file/ },
  },
  {
    name: "a movie box of 2 GB in a small MP4",
    class: LYING,
    file: "huge-movie.mp4",
    make: changed(film(...FAST_START), hugeMovie),
    // ffmpeg finds all of it in spite of that: then it is packaged.
    expected: { size: "320x180", seconds: 6, checks: [tone(440, 0.5, 5.5)] },
  },
  {
    name: "zero bytes",
    class: NO_MEDIA,
    file: "empty.mp4",
    make: content(""),
    expected: { exitCode: 3, says: /is empty \(0 bytes\)/ },
  },
  {
    name: "a text",
    class: NO_MEDIA,
    file: "text.mp4",
    make: content("Dear diary,\nthis is no film.\n".repeat(50)),
    expected: REFUSED_AS_NO_MEDIA,
  },
  {
    name: "a web page that says 404",
    class: NO_MEDIA,
    file: "page.mp4",
    make: content("<!DOCTYPE html><html><title>404</title><p>Not found</html>"),
    expected: REFUSED_AS_NO_MEDIA,
  },
  {
    name: "subtitles",
    class: NO_MEDIA,
    file: "subtitles.srt",
    make: content("1\n00:00:01,000 --> 00:00:02,000\nHello\n"),
    expected: { exitCode: 3, says: /./ },
  },
  {
    name: "noise",
    class: NO_MEDIA,
    file: "noise.mkv",
    make: content(noise(100_000)),
    expected: REFUSED_AS_NO_MEDIA,
  },
  {
    name: "the first bytes of an MP4 and no more",
    class: NO_MEDIA,
    file: "first-bytes.mp4",
    make: changed(film(), (path) => cutOff(path, 0.001)),
    expected: { exitCode: 3, says: /./ },
  },
  {
    name: "an encrypted MP4",
    class: "encrypted",
    file: "encrypted.mp4",
    make: film(
      ...["-encryption_scheme", "cenc-aes-ctr"],
      ...["-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"],
      ...["-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"],
    ),
    expected: { exitCode: 3, says: /encrypted/ },
  },
  {
    name: "a picture in a code that nobody knows",
    class: "a codec that this ffmpeg cannot decode",
    file: "unknown.mp4",
    make: changed(film(), (path) => unknownCodec(path, "xyz9")),
    expected: { exitCode: 3, says: /xyz9/ },
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
      media({ sound: hum(), seconds: 6, options: ["-c:a", "libmp3lame"] }),
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
    expected: { size: "320x180", seconds: 6, checks: [losesPicture(1.9, 4.6)] },
  },
  {
    name: "what decodes of a damaged MPEG-TS, with --salvage",
    class: DAMAGED,
    file: "salvaged.ts",
    make: changed(film("-c:a", "mp2"), hurt),
    options: ["--salvage"],
    expected: { size: "320x180", seconds: 6, checks: [losesPicture(1.9, 4.6)] },
  },
];
