import { greys, quarters } from "../checks/video.js";
import { media } from "../make/media.js";
import { hum, quartered } from "../make/sources.js";
import type { Maker, Row } from "../row.js";
import { FULL_RANGE, TEN_BITS, TRANSPARENT } from "./notes.js";

const TRUE_COLOURS = quarters(1, "red", "lime", "blue", "white");

const SAMPLING = "4:4:4, 4:2:2, 4:1:1, RGB and grey";
const RANGE = "full range";
const DEPTH = "10 bit";
const HDR = "HDR (PQ, HLG)";
const ALPHA = "transparency";

function coded(format: string, ...options: readonly string[]): Maker {
  return media({
    video: quartered(),
    audio: hum(),
    seconds: 2,
    options: ["-pix_fmt", format, ...options],
  });
}

/** Thirds of black, of 18 % grey and of white, in 10-bit luma as a standard's signal levels give it. */
function hdr(transfer: string, grey: number, white: number): Maker {
  const thirds = `if(lt(X,W/3),64,if(lt(X,W*2/3),${level(grey)},${level(white)}))`;
  return media({
    video: `color=size=192x108:rate=25,format=yuv420p10le,geq=lum='${thirds}':cb=512:cr=512`,
    audio: hum(),
    seconds: 2,
    options: [...TEN_BIT_H264, ...tags(transfer)],
  });
}

function level(signal: number): number {
  return Math.round(64 + 876 * signal);
}

const TEN_BIT_H264 = ["-pix_fmt", "yuv420p10le"];

function tags(transfer: string): readonly string[] {
  return [
    ...["-color_primaries", "bt2020", "-colorspace", "bt2020nc"],
    ...["-color_trc", transfer, "-color_range", "tv"],
  ];
}

/** Left half transparent, right half red. */
const HALF_THERE =
  "color=c=red:size=320x180:rate=25,format=rgba,geq=r=255:g=0:b=0:a='255*gte(X,W/2)'";

const OVER_BLACK = quarters(1, "black", "red", "black", "red");

export const COLOURS_OF_SOURCES: readonly Row[] = [
  {
    name: "4:4:4",
    class: SAMPLING,
    file: "444.mp4",
    make: coded("yuv444p"),
    expected: { size: "320x180", seconds: 2, checks: [TRUE_COLOURS] },
  },
  {
    name: "4:2:2",
    class: SAMPLING,
    file: "422.mkv",
    make: coded("yuv422p"),
    expected: { size: "320x180", seconds: 2, checks: [TRUE_COLOURS] },
  },
  {
    name: "RGB",
    class: SAMPLING,
    file: "rgb.mov",
    make: coded("rgb24", "-c:v", "png"),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [FULL_RANGE],
      checks: [TRUE_COLOURS],
    },
  },
  {
    name: "grey without colour",
    class: SAMPLING,
    file: "grey.mkv",
    make: media({
      video: "color=c=gray:size=320x180:rate=25",
      audio: hum(),
      seconds: 2,
      options: ["-c:v", "ffv1", "-pix_fmt", "gray"],
    }),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [FULL_RANGE],
      checks: [quarters(1, "grey", "grey", "grey", "grey")],
    },
  },
  {
    name: "yuvj420p of a camera",
    class: RANGE,
    file: "full.mp4",
    make: coded("yuvj420p", "-color_range", "pc"),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [FULL_RANGE],
      checks: [TRUE_COLOURS],
    },
  },
  {
    name: "Motion JPEG of a webcam",
    class: RANGE,
    file: "mjpeg.avi",
    make: media({
      video: quartered(),
      audio: hum(440, 44_100),
      seconds: 2,
      options: [
        "-c:v",
        "mjpeg",
        "-q:v",
        "3",
        "-pix_fmt",
        "yuvj422p",
        "-c:a",
        "pcm_u8",
      ],
    }),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [FULL_RANGE],
      checks: [TRUE_COLOURS],
    },
  },
  {
    name: "10-bit H.264",
    class: DEPTH,
    file: "ten.mkv",
    make: coded("yuv420p10le"),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [TEN_BITS],
      checks: [TRUE_COLOURS],
    },
  },
  {
    name: "10-bit 4:2:2 ProRes",
    class: DEPTH,
    file: "prores.mov",
    make: coded("yuv422p10le", "-c:v", "prores_ks", "-c:a", "pcm_s16le"),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [TEN_BITS],
      checks: [TRUE_COLOURS],
    },
  },
  // Signal levels of BT.2408: 18 % grey is 38 %, reference white 58 % in PQ and 75 % in HLG.
  {
    name: "HDR10 (PQ)",
    class: HDR,
    file: "pq.mp4",
    make: hdr("smpte2084", 0.38, 0.58),
    expected: {
      size: "192x108",
      seconds: 2,
      notes: [/^HDR picture \(smpte2084\) tone-mapped to BT\.709$/, TEN_BITS],
      checks: [greys([0, 25], [70, 150], [160, 255])],
    },
  },
  {
    name: "HLG",
    class: HDR,
    file: "hlg.mkv",
    make: hdr("arib-std-b67", 0.38, 0.75),
    expected: {
      size: "192x108",
      seconds: 2,
      notes: [
        /^HDR picture \(arib-std-b67\) tone-mapped to BT\.709$/,
        TEN_BITS,
      ],
      checks: [greys([0, 25], [70, 150], [160, 255])],
    },
  },
  {
    name: "BT.2020 in standard range",
    class: "wide colours (BT.2020)",
    file: "wide.mp4",
    make: hdr("bt2020-10", 0.5, 1),
    expected: {
      size: "192x108",
      seconds: 2,
      notes: [/BT\.2020/, TEN_BITS],
      checks: [greys([0, 12], [105, 140], [245, 255])],
    },
  },
  {
    name: "PNG in QuickTime",
    class: ALPHA,
    file: "alpha.mov",
    make: media({
      video: HALF_THERE,
      audio: hum(),
      seconds: 2,
      options: ["-c:v", "png", "-pix_fmt", "rgba"],
    }),
    expected: {
      size: "320x180",
      seconds: 2,
      notes: [TRANSPARENT, FULL_RANGE],
      checks: [OVER_BLACK],
    },
  },
  {
    name: "QuickTime Animation",
    class: ALPHA,
    file: "animation.mov",
    make: media({
      video: HALF_THERE,
      seconds: 2,
      options: ["-c:v", "qtrle", "-pix_fmt", "argb"],
    }),
    expected: {
      size: "320x180",
      seconds: 2,
      channels: 0,
      notes: [TRANSPARENT],
      checks: [OVER_BLACK],
    },
  },
  {
    name: "ProRes 4444",
    class: ALPHA,
    file: "4444.mov",
    make: media({
      video: HALF_THERE,
      seconds: 2,
      options: ["-c:v", "prores_ks", "-pix_fmt", "yuva444p10le"],
    }),
    expected: {
      size: "320x180",
      seconds: 2,
      channels: 0,
      notes: [TRANSPARENT, TEN_BITS],
      checks: [OVER_BLACK],
    },
  },
];
