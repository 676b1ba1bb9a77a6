import { flashesAt } from "../checks/video.js";
import { inSync } from "../checks/audio.js";
import { media, remade } from "../make/media.js";
import { bursting, flashing, whiteDuring } from "../make/sources.js";
import type { Row } from "../row.js";

/** Nothing moves, for ten minutes must not take long. */
function still(size: string, rate: string): string {
  return `color=c=navy:size=${size}:rate=${rate}`;
}

const IN_TIME = "sound and picture in time";

export const SYNC: readonly Row[] = [
  {
    name: "picture 23 ms later than the sound, in Matroska",
    class: IN_TIME,
    file: "offset.mkv",
    make: media({
      video: flashing({}, [1, 1.2], [2.48, 2.7]),
      audio: bursting(1.023, 2.503),
      videoDelay: 0.023,
      options: ["-c:a", "pcm_s16le"],
    }),
    expected: {
      size: "320x180",
      seconds: 3.023,
      checks: [flashesAt(1.023, 2.503), inSync(2)],
    },
  },
  {
    name: "cut out of another file without encoding",
    class: IN_TIME,
    file: "cut.mp4",
    make: remade(
      media({
        video: flashing({}, [2, 2.2], [3.6, 3.8]),
        audio: bursting(2, 3.6),
        seconds: 5,
        options: ["-g", "25", "-bf", "2"],
      }),
      ["-c", "copy"],
      { as: ".mp4", before: ["-ss", "1.28"] },
    ),
    expected: { size: "320x180", seconds: 3.72, checks: [inSync(2)] },
  },
  {
    name: "ten minutes at 10 frames a second",
    class: IN_TIME,
    file: "ten-minutes.mp4",
    make: media({
      video: `${still("160x90", "10")},${whiteDuring([1, 1.2], [300, 300.2], [598, 598.2])}`,
      audio: bursting(1, 300, 598),
      seconds: 600,
    }),
    expected: {
      size: "160x90",
      rate: "10/1",
      seconds: 600,
      checks: [inSync(3), flashesAt(1, 300, 598)],
    },
  },
  {
    name: "ten minutes at 29.97 frames a second, picture 23 ms late, in MPEG-TS",
    class: IN_TIME,
    file: "ten-minutes.ts",
    make: media({
      // Frames 30, 9000 and 17,940.
      video: `${still("128x72", "30000/1001")},${whiteDuring([1.001, 1.2], [300.3, 300.5], [598.598, 598.8])}`,
      audio: bursting(1.024, 300.323, 598.621),
      seconds: 600,
      videoDelay: 0.023,
      options: ["-c:a", "mp2"],
    }),
    expected: {
      size: "128x72",
      rate: "30000/1001",
      seconds: 600,
      checks: [inSync(3)],
    },
  },
];
