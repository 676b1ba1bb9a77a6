import { quarters } from "../checks/video.js";
import { turned } from "../make/bytes.js";
import { changed, media } from "../make/media.js";
import { hum, quartered } from "../make/sources.js";
import type { Maker, Row } from "../row.js";

const UPRIGHT = quarters(1, "red", "lime", "blue", "white");

const ROTATED = "rotation metadata";
const ODD_SIZE = "odd sizes";

/** Lossless and in 4:4:4, the only way to have odd sizes. */
function exact(size: string, more = ""): Maker {
  return media({
    video: `${quartered({ size })}${more}`,
    audio: hum(),
    seconds: 2,
    options: ["-c:v", "ffv1", "-pix_fmt", "yuv444p"],
  });
}

function lying(degrees: 90 | 180 | 270): Maker {
  const clip = media({ video: quartered(), audio: hum(), seconds: 2 });
  return changed(clip, (path) => turned(path, degrees));
}

export const SHAPES: readonly Row[] = [
  {
    name: "a phone held upright",
    class: ROTATED,
    file: "turn-90.mp4",
    make: lying(90),
    expected: {
      size: "180x320",
      rate: "25/1",
      seconds: 2,
      notes: [/^picture turned by 90 degrees, as the file asks$/],
      checks: [quarters(1, "blue", "red", "white", "lime")],
    },
  },
  {
    name: "a phone held upside down",
    class: ROTATED,
    file: "turn-180.mov",
    make: lying(180),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [/^picture turned by 180 degrees/],
      checks: [quarters(1, "white", "blue", "lime", "red")],
    },
  },
  {
    name: "a phone held upright, the other way",
    class: ROTATED,
    file: "turn-270.mp4",
    make: lying(270),
    expected: {
      size: "180x320",
      seconds: 2,
      notes: [/^picture turned by 270 degrees/],
      checks: [quarters(1, "lime", "white", "red", "blue")],
    },
  },
  {
    name: "a portrait picture of 180x320",
    class: "portrait and square",
    file: "portrait.mp4",
    make: media({
      video: quartered({ size: "180x320" }),
      audio: hum(),
      seconds: 2,
    }),
    expected: { size: "180x320", seconds: 2, checks: [UPRIGHT] },
  },
  {
    name: "a square picture of 240x240",
    class: "portrait and square",
    file: "square.mp4",
    make: media({
      video: quartered({ size: "240x240" }),
      audio: hum(),
      seconds: 2,
    }),
    expected: { size: "240x240", seconds: 2, checks: [UPRIGHT] },
  },
  {
    name: "wide pixels of 64:45",
    class: "anamorphic",
    file: "wide.mp4",
    make: media({
      video: `${quartered({ size: "180x144" })},setsar=64/45`,
      audio: hum(),
      seconds: 2,
    }),
    expected: {
      size: "256x144",
      seconds: 2,
      notes: [/^pixels of 64:45 made square: 256x144$/],
      checks: [UPRIGHT],
    },
  },
  {
    name: "narrow pixels of 8:9",
    class: "anamorphic",
    file: "narrow.mkv",
    make: media({
      video: `${quartered({ size: "360x240" })},setsar=8/9`,
      audio: hum(),
      seconds: 2,
    }),
    expected: {
      size: "320x240",
      seconds: 2,
      notes: [/^pixels of 8:9 made square: 320x240$/],
      checks: [UPRIGHT],
    },
  },
  {
    name: "190x240",
    class: ODD_SIZE,
    file: "190x240.mp4",
    make: media({
      video: quartered({ size: "190x240" }),
      audio: hum(),
      seconds: 2,
    }),
    expected: { size: "190x240", seconds: 2, checks: [UPRIGHT] },
  },
  {
    name: "607x1080",
    class: ODD_SIZE,
    file: "607x1080.mkv",
    make: exact("607x1080"),
    options: ["--max-height", "480"],
    expected: { size: "480x854", seconds: 2, checks: [UPRIGHT] },
  },
  {
    name: "321x181",
    class: ODD_SIZE,
    file: "321x181.mkv",
    make: exact("321x181"),
    expected: { size: "320x180", seconds: 2, checks: [UPRIGHT] },
  },
  {
    name: "16x16",
    class: "very small pictures",
    file: "tiny.mkv",
    make: exact("16x16"),
    expected: { size: "16x16", seconds: 2 },
  },
];
