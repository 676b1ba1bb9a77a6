import { isNotDeinterlaced, isProgressive } from "../checks/video.js";
import { media } from "../make/media.js";
import { hum } from "../make/sources.js";
import type { Row } from "../row.js";
import { DEINTERLACED } from "./notes.js";

const INTERLACED = "interlaced";
const UNFLAGGED = "interlaced, without saying so";

/** A picture that is moving everywhere, at so many a second. */
function panning(size: string, rate: string): string {
  const [width, height] = size.split("x");
  return `testsrc2=size=1440x${height}:rate=${rate},crop=${width}:${height}:x='mod(n*8,1440-${width})':y=0`;
}

/** Two pictures woven into each frame, the upper or the lower line first; in 4:4:4, lest lines share colours. */
function woven(size: string, rate: string, first: "top" | "bottom"): string {
  return `${panning(size, rate)},format=yuv444p,tinterlace=interleave_${first}`;
}

const SMALLEST_RUNG = ["--rung", "256x144:200k"];

export const SCAN_TYPES: readonly Row[] = [
  {
    name: "MPEG-2 from a broadcast, upper field first",
    class: INTERLACED,
    file: "broadcast.ts",
    make: media({
      video: `${woven("720x576", "50", "top")},setfield=tff,setsar=64/45`,
      audio: hum(),
      options: [
        "-c:v",
        "mpeg2video",
        "-q:v",
        "3",
        "-flags",
        "+ildct+ilme",
        "-c:a",
        "mp2",
      ],
    }),
    expected: {
      size: "1024x576",
      rate: "25/1",
      seconds: 3,
      notes: [DEINTERLACED, /^pixels of 64:45/],
      checks: [isProgressive],
    },
  },
  {
    name: "H.264 of a camcorder (MTS)",
    class: INTERLACED,
    file: "camcorder.mts",
    make: media({
      video: `${woven("720x480", "60000/1001", "top")},setfield=tff`,
      audio: hum(),
      options: [
        ...["-flags", "+ildct+ilme", "-x264opts", "tff=1", "-c:a", "ac3"],
        ...["-mpegts_m2ts_mode", "1"],
      ],
    }),
    expected: {
      size: "720x480",
      rate: "30000/1001",
      seconds: 3,
      notes: [DEINTERLACED],
      checks: [isProgressive],
    },
  },
  {
    name: "DV of a tape, lower field first, 4:1:1",
    class: INTERLACED,
    file: "tape.dv",
    make: media({
      video: `${woven("720x480", "60000/1001", "bottom")},setfield=bff`,
      audio: hum(),
      seconds: 2,
      options: [
        "-c:v",
        "dvvideo",
        "-pix_fmt",
        "yuv411p",
        "-c:a",
        "pcm_s16le",
        "-ac",
        "2",
      ],
    }),
    expected: {
      size: "640x480",
      rate: "30000/1001",
      seconds: 2,
      notes: [DEINTERLACED, /^pixels of 8:9 made square/],
      checks: [isProgressive],
    },
  },
  {
    name: "an old capture to MPEG-4, upper field first",
    class: UNFLAGGED,
    file: "capture.avi",
    make: media({
      video: `${woven("720x576", "50", "top")},setfield=prog`,
      audio: hum(),
      options: [
        "-r",
        "25",
        "-c:v",
        "mpeg4",
        "-q:v",
        "3",
        "-c:a",
        "libmp3lame",
        "-r",
        "25",
      ],
    }),
    expected: {
      size: "720x576",
      rate: "25/1",
      seconds: 3,
      notes: [DEINTERLACED],
      checks: [isProgressive],
    },
  },
  {
    name: "a bad conversion to H.264, lower field first",
    class: UNFLAGGED,
    file: "converted.mp4",
    make: media({
      video: `${woven("720x480", "60000/1001", "bottom")},setfield=prog`,
      audio: hum(),
    }),
    expected: {
      size: "720x480",
      rate: "30000/1001",
      seconds: 3,
      notes: [DEINTERLACED],
      checks: [isProgressive],
    },
  },
  {
    name: "a progressive picture as high as television",
    class: "progressive",
    file: "progressive.mkv",
    make: media({ video: panning("720x576", "25"), audio: hum() }),
    options: SMALLEST_RUNG,
    expected: {
      size: "180x144",
      rate: "25/1",
      seconds: 3,
      checks: [isNotDeinterlaced],
    },
  },
  {
    name: "film at 23.976, telecined to 29.97",
    class: "telecine",
    file: "telecine.mkv",
    make: media({
      video: `${panning("720x480", "24000/1001")},telecine,setfield=prog`,
      audio: hum(),
    }),
    options: SMALLEST_RUNG,
    expected: {
      size: "216x144",
      rate: "30000/1001",
      seconds: 3.024,
      notes: [/^telecined film is left as it is/],
      checks: [isNotDeinterlaced],
    },
  },
];
