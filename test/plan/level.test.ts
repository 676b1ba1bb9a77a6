import { expect, test } from "vitest";
import { levelFor } from "../../src/plan/ladder.js";

// ISO/IEC 14496-10 table A-1: MaxFS, MaxMBPS, MaxBR.
test.for([
  // 45 x 36 = 1620 macroblocks, 40500 a second: exactly level 3.0.
  { video: "720x576", framesPerSecond: 25, peak: 10_000_000, level: "3.0" },
  { video: "720x576", framesPerSecond: 25, peak: 10_000_001, level: "3.1" },
  { video: "854x480", framesPerSecond: 25, peak: 1_950_000, level: "3.0" },
  { video: "854x480", framesPerSecond: 30, peak: 1_950_000, level: "3.1" },
  { video: "1280x720", framesPerSecond: 30, peak: 4_200_000, level: "3.1" },
  { video: "1280x720", framesPerSecond: 60, peak: 5_700_000, level: "3.2" },
  { video: "1920x1080", framesPerSecond: 30, peak: 7_500_000, level: "4.0" },
  { video: "1080x1920", framesPerSecond: 30, peak: 7_500_000, level: "4.0" },
  { video: "1920x1080", framesPerSecond: 30, peak: 20_000_001, level: "4.1" },
  { video: "1920x1080", framesPerSecond: 50, peak: 9_750_000, level: "4.2" },
  { video: "2560x1440", framesPerSecond: 30, peak: 16_000_000, level: "5.0" },
  { video: "3840x2160", framesPerSecond: 30, peak: 30_000_000, level: "5.1" },
  { video: "3840x2160", framesPerSecond: 60, peak: 30_000_000, level: "5.2" },
  { video: "16x16", framesPerSecond: 25, peak: 10_000, level: "3.0" },
])(
  "$picture at $framesPerSecond frames and $peak bits a second is level $level",
  ({ video, framesPerSecond, peak, level }) => {
    const [width = 0, height = 0] = video.split("x").map(Number);
    expect(levelFor({ width, height, framesPerSecond, maxBitrate: peak })).toBe(
      level,
    );
  },
);
