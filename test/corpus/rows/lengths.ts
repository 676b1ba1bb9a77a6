import { expect } from "vitest";
import { quarters } from "../checks/video.js";
import { fragments, tone } from "../checks/audio.js";
import { media, remade, written } from "../make/media.js";
import { hum, moving, quartered } from "../make/sources.js";
import type { Check, Maker, Row } from "../row.js";

const SHORT = "one frame, three frames, half a second";
const STILL = "a still image";
const STILL_WITH_MUSIC = "a still image with music";

const TRUE_COLOURS = quarters(0, "red", "lime", "blue", "white");

function frameCount(count: number): Check {
  return ({ result }) => {
    const track = result.tracks.find(({ kind }) => kind === "video");
    expect(track?.samples).toBe(count);
  };
}

function frames(count: number): Maker {
  return media({ video: quartered(), seconds: count / 25 });
}

/** One frame, and sound that goes on for five seconds. */
function slide(...options: readonly string[]): Maker {
  return written(
    ...["-f", "lavfi", "-t", "0.04", "-i", quartered()],
    ...["-f", "lavfi", "-t", "5", "-i", hum()],
    ...["-c:v", "libx264", "-pix_fmt", "yuv420p", ...options],
  );
}

const HELD =
  /^sound goes on [\d.]+ s after the picture: its last frame is held$/;

export const LENGTHS: readonly Row[] = [
  {
    name: "one frame",
    class: SHORT,
    file: "one.mp4",
    make: frames(1),
    expected: {
      size: "320x180",
      seconds: 0.04,
      channels: 0,
      checks: [frameCount(1), fragments(1), TRUE_COLOURS],
    },
  },
  {
    name: "three frames",
    class: SHORT,
    file: "three.mkv",
    make: frames(3),
    expected: {
      size: "320x180",
      seconds: 0.12,
      channels: 0,
      checks: [frameCount(3)],
    },
  },
  {
    name: "half a second with sound",
    class: SHORT,
    file: "half.mp4",
    make: media({ video: moving(), audio: hum(), seconds: 0.52 }),
    expected: {
      size: "320x180",
      seconds: 0.52,
      checks: [frameCount(13), fragments(1)],
    },
  },
  {
    name: "5.2 s: two fragments of 2 s and the rest",
    class: "a length that is no multiple of a fragment",
    file: "rest.mp4",
    make: media({ video: moving(), audio: hum(), seconds: 5.2 }),
    expected: {
      size: "320x180",
      seconds: 5.2,
      checks: [frameCount(130), fragments(3)],
    },
  },
  {
    name: "three hours",
    class: "three hours",
    file: "long.mkv",
    // A minute, repeated without encoding it again.
    make: remade(
      media({
        video: "color=c=navy:size=64x36:rate=1",
        seconds: 60,
        options: ["-g", "60"],
      }),
      ["-c", "copy"],
      { before: ["-stream_loop", "179"] },
    ),
    expected: {
      size: "64x36",
      rate: "1/1",
      seconds: 10_800,
      channels: 0,
      checks: [frameCount(10_800), fragments(5_400)],
    },
  },
  {
    name: "JPEG",
    class: STILL,
    file: "photo.jpg",
    make: written(
      ...["-f", "lavfi", "-i", quartered(), "-frames:v", "1", "-q:v", "2"],
    ),
    expected: {
      size: "320x180",
      seconds: 0.04,
      channels: 0,
      notes: [/^full-range picture/],
      checks: [frameCount(1), TRUE_COLOURS],
    },
  },
  {
    name: "PNG",
    class: STILL,
    file: "drawing.png",
    make: written(
      ...[
        "-f",
        "lavfi",
        "-i",
        quartered(),
        "-frames:v",
        "1",
        "-pix_fmt",
        "rgb24",
      ],
    ),
    expected: {
      size: "320x180",
      seconds: 0.04,
      channels: 0,
      notes: [/^full-range picture/],
      checks: [frameCount(1), TRUE_COLOURS],
    },
  },
  {
    name: "WebP",
    class: STILL,
    file: "picture.webp",
    make: written(
      ...["-f", "lavfi", "-i", quartered(), "-frames:v", "1"],
      ...["-c:v", "libwebp", "-lossless", "1", "-pix_fmt", "bgra"],
    ),
    expected: {
      size: "320x180",
      seconds: 0.04,
      channels: 0,
      notes: [/^full-range picture|^what is transparent/],
      checks: [frameCount(1), TRUE_COLOURS],
    },
  },
  {
    name: "in an MP4, one frame of picture",
    class: STILL_WITH_MUSIC,
    file: "slide.mp4",
    make: slide("-c:a", "aac"),
    expected: {
      size: "320x180",
      seconds: 5,
      notes: [HELD],
      checks: [quarters(4.5, "red", "lime", "blue", "white"), tone(440, 1, 4)],
    },
  },
  {
    name: "in a Matroska file, one frame of picture",
    class: STILL_WITH_MUSIC,
    file: "slide.mkv",
    make: slide("-c:a", "libmp3lame"),
    expected: {
      size: "320x180",
      seconds: 5,
      notes: [HELD],
      checks: [quarters(4.5, "red", "lime", "blue", "white"), tone(440, 1, 4)],
    },
  },
];
