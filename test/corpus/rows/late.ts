import { flashesAt } from "../checks/video.js";
import { burstsAt, silent } from "../checks/audio.js";
import { joined, media, withHelper, written } from "../make/media.js";
import { bursting, flashing } from "../make/sources.js";
import type { Maker, Package, Row } from "../row.js";

const LATE_AUDIO =
  "sound that first appears late in FLV, MPEG-TS or an MPEG program stream";
const TOO_LATE = "a stream that first appears later than that";

/** Flash writers of old leave out the list in front; in it ffmpeg would find the sound. */
const NO_METADATA = ["-flvflags", "no_metadata"] as const;

/**
 * A picture whose sound begins after so many seconds, and after more than the 5 MB that
 * ffmpeg looks at by itself. Flash and burst come together, a second later.
 */
function late(seconds: number, ...options: readonly string[]): Maker {
  const flash = [seconds + 1, seconds + 1.2] as const;
  return media({
    video: `${flashing({}, flash)},noise=alls=40:allf=t:enable='lt(t,${seconds})'`,
    audio: bursting(1),
    videoSeconds: seconds + 3,
    audioDelay: seconds,
    options: [...MANY_BYTES, "-copytb", "1", ...options],
  });
}

const MANY_BYTES = [
  ...["-c:v", "mpeg2video", "-q:v", "4", "-g", "25", "-c:a", "mp2"],
];

function heardFrom(seconds: number): Package {
  return {
    size: "320x180",
    seconds: seconds + 3,
    notes: [/^sound begins \d+\.\d\d s late: filled with silence$/],
    checks: [
      flashesAt(seconds + 1),
      burstsAt(seconds + 1),
      silent(0, seconds + 0.9),
    ],
  };
}

/** More than five minutes with little in them. */
const LONG_AND_SMALL = [
  ...["-f", "lavfi", "-t", "320"],
  ...["-i", "color=c=navy:size=64x36:rate=5"],
];

const THREE_SECONDS_OF_AUDIO = ["-f", "lavfi", "-t", "3", "-i", bursting(1)];

function veryLate(...options: readonly string[]): Maker {
  return written(
    ...[...LONG_AND_SMALL, "-itsoffset", "315", ...THREE_SECONDS_OF_AUDIO],
    ...["-c:v", "flv", ...options],
  );
}

/** Pictures, later for some seconds something beside them, then pictures alone again. */
function forAWhile(...beside: readonly string[]): Maker {
  const part = (at: number, ...options: readonly string[]) =>
    written(
      ...[...LONG_AND_SMALL, ...options, "-c:v", "mpeg2video"],
      ...["-output_ts_offset", String(at)],
    );
  return joined(
    ".ts",
    part(0),
    part(320, ...beside, "-map", "0", "-map", "1", "-t", "5"),
    part(325),
  );
}

export const LATE: readonly Row[] = [
  {
    name: "sound from 15 s on in Flash video",
    class: LATE_AUDIO,
    file: "late.flv",
    make: late(15, "-c:v", "flv", "-c:a", "libmp3lame", ...NO_METADATA),
    expected: heardFrom(15),
  },
  {
    name: "sound from 15 s on in MPEG-TS",
    class: LATE_AUDIO,
    file: "late.ts",
    make: late(15),
    expected: heardFrom(15),
  },
  {
    name: "sound from 15 s on in an MPEG program stream",
    class: LATE_AUDIO,
    file: "late.mpg",
    make: late(15),
    expected: heardFrom(15),
  },
  {
    name: "sound from 90 s on in Flash video",
    class: LATE_AUDIO,
    file: "later.flv",
    make: late(90, "-c:v", "flv", "-c:a", "libmp3lame", ...NO_METADATA),
    expected: heardFrom(90),
  },
  {
    name: "sound from 90 s on in MPEG-TS",
    class: LATE_AUDIO,
    file: "later.ts",
    make: late(90),
    expected: heardFrom(90),
  },
  {
    name: "sound in the sixth minute of Flash video",
    class: TOO_LATE,
    file: "too-late.flv",
    make: veryLate("-c:a", "libmp3lame", ...NO_METADATA),
    expected: { exitCode: 3, says: /a sound \(stream 1\) begins 0 MB into/ },
  },
  {
    name: "sound in the sixth minute of MPEG-TS",
    class: TOO_LATE,
    file: "too-late.ts",
    make: veryLate("-c:v", "mpeg2video", "-c:a", "mp2"),
    expected: { exitCode: 3, says: /its sound \(stream 1\) cannot be read/ },
  },
  {
    name: "sound that the MPEG-TS announces in its sixth minute, for a while",
    class: TOO_LATE,
    file: "for-a-while.ts",
    make: forAWhile(...THREE_SECONDS_OF_AUDIO),
    expected: { exitCode: 3, says: /a sound \(stream 1\) begins \d MB into/ },
  },
  {
    name: "data that the MPEG-TS announces in its sixth minute, for a while",
    class: TOO_LATE,
    file: "data-for-a-while.ts",
    make: withHelper(".bin", Buffer.alloc(500, 7), (helper) =>
      forAWhile("-f", "data", "-i", helper),
    ),
    // Where parts are joined their packets are not counted on: called damage.
    options: ["--salvage"],
    expected: {
      size: "64x36",
      seconds: 645,
      channels: 0,
      notes: [/^stream 1 \(data\) begins late and is left out: /],
    },
  },
];
