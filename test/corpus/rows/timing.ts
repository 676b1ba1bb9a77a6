import { flashesAt, quarters } from "../checks/video.js";
import { burstsAt, inSync, silent } from "../checks/audio.js";
import { cutBetween, shownFor, wildOffset } from "../make/bytes.js";
import { film } from "../make/film.js";
import { changed, joined, media, withHelper, written } from "../make/media.js";
import { bursting, flashing, hum, moving, quartered } from "../make/sources.js";
import type { Maker, Package, Row } from "../row.js";
import { ANOTHER_AUDIO } from "./notes.js";

const STARTS = "sound that starts later or earlier than the picture";
const ENDS = "sound that ends before or after the picture";
const HOLES = "holes in the sound";

/** Flashes and bursts at 1 s and at 2.5 s of a picture and a sound of three seconds, on their own clocks. */
function marked(delays: { videoDelay?: number; audioDelay?: number }): Maker {
  return media({
    video: flashing({}, [1, 1.2], [2.48, 2.7]),
    audio: bursting(1, 2.48),
    options: ["-c:a", "pcm_s16le"],
    ...delays,
  });
}

/** A second of the sound is not there; what follows keeps its time. */
function withHole(...options: readonly string[]): Maker {
  return media({
    video: flashing({}, [0.4, 0.6], [3, 3.2]),
    audio: `${bursting(0.4, 3)},aselect='not(between(t,1,2))'`,
    seconds: 4,
    options,
  });
}

const LEFT_OUT = "a stream that is left out and begins before the others";

/** Picture and sound that begin later by so much than something beside them that is not packaged. */
function behind(
  seconds: number,
  beside: readonly string[],
  ...options: readonly string[]
): Maker {
  const later = ["-itsoffset", String(seconds), "-f", "lavfi", "-t", "3"];
  const video = flashing({}, [1, 1.2], [2.48, 2.7]);
  return written(
    ...[...later, "-i", video, ...later, "-i", bursting(1, 2.48)],
    ...[...beside, "-map", "0", "-map", "1", "-map", "2"],
    ...["-vsync", "0", "-g", "25", "-c:v", "mpeg2video", "-q:v", "2"],
    ...["-c:a", "mp2", ...options],
  );
}

const EARLY_AUDIO = ["-f", "lavfi", "-t", "4.5", "-i", hum()];

const LATE = /^sound begins 0\.7\d? s late: filled with silence$/;
const VIDEO_LATE = /^picture begins 0\.7\d? s late: its first frame is held$/;

const FROM_THE_FIRST_FRAME: Package = {
  size: "320x180",
  seconds: 3,
  checks: [inSync(2), flashesAt(1, 2.48), burstsAt(1, 2.48)],
};

const JOINED = "recordings joined with `cat`";
const EDGES = "a recording that begins or ends between two key frames";
const WILD = "a clock that jumps, or one wild time";

/** Three seconds of a broadcast whose clock begins so late. */
function broadcast(startSeconds: number): Maker {
  return media({
    video: flashing({}, [1, 1.2]),
    audio: bursting(1),
    options: [
      ...["-c:a", "mp2", "-g", "50"],
      ...["-output_ts_offset", String(startSeconds)],
    ],
  });
}

export const TIMING: readonly Row[] = [
  {
    name: "MPEG-TS, whose clock starts again",
    class: JOINED,
    file: "joined.ts",
    make: joined(".ts", broadcast(0), broadcast(0)),
    expected: {
      size: "320x180",
      seconds: 6,
      notes: [/^recordings are joined at 3\.0\d s: .* goes back by 3\.0\d s/],
      checks: [inSync(2), flashesAt(1, 4), burstsAt(1, 4)],
    },
  },
  {
    name: "MPEG-TS, by an hour ahead",
    class: WILD,
    file: "ahead.ts",
    make: joined(".ts", broadcast(0), broadcast(3603)),
    expected: {
      size: "320x180",
      seconds: 6,
      notes: [
        /^the file's clock jumps ahead by (?:3599\.9|3600\.0)\d s at 3\.0\d s/,
      ],
      checks: [inSync(2), flashesAt(1, 4), burstsAt(1, 4)],
    },
  },
  {
    name: "one composition offset of hours in an MP4",
    class: WILD,
    file: "wild.mp4",
    make: changed(film("-bf", "2"), wildOffset),
    expected: {
      size: "320x180",
      seconds: 6,
      notes: [/^a picture frame at [\d.]+ s says that it is of 9\d{3}\.\d\d s/],
    },
  },
  {
    name: "MPEG-TS, in the middle of a packet",
    class: EDGES,
    file: "half.ts",
    make: changed(film("-c:a", "mp2"), (path) => cutBetween(path, 0, 0.6)),
    expected: {
      size: "320x180",
      seconds: 3.6,
      notes: [
        /^ends in the middle of a packet/,
        /^the last 0\.\d\d s of the picture do not decode$/,
      ],
    },
  },
  {
    name: "MPEG-TS, begun in the middle of a group of pictures",
    class: EDGES,
    file: "late.ts",
    make: changed(film("-c:a", "mp2"), (path) => cutBetween(path, 0.1, 1)),
    expected: {
      size: "320x180",
      seconds: 5,
      notes: [/^begins between two key frames: the first 0\.\d\d s/],
    },
  },
  {
    name: "sound 0.7 s late",
    class: STARTS,
    file: "late-sound.mkv",
    make: marked({ audioDelay: 0.7 }),
    expected: {
      size: "320x180",
      seconds: 3.7,
      notes: [LATE, /held/],
      checks: [burstsAt(1.7, 3.18), flashesAt(1, 2.48), silent(0, 0.7)],
    },
  },
  {
    name: "sound 0.7 s late, by an edit list",
    class: STARTS,
    file: "late-sound.mov",
    make: marked({ audioDelay: 0.7 }),
    expected: {
      size: "320x180",
      seconds: 3.7,
      notes: [LATE, /held/],
      checks: [burstsAt(1.7, 3.18), flashesAt(1, 2.48)],
    },
  },
  {
    name: "picture 0.72 s late",
    class: STARTS,
    file: "late-picture.mkv",
    make: marked({ videoDelay: 0.72 }),
    expected: {
      size: "320x180",
      seconds: 3.72,
      notes: [VIDEO_LATE, /^sound ends 0\.7\d? s before the picture/],
      checks: [burstsAt(1, 2.48), flashesAt(1.72, 3.2)],
    },
  },
  {
    name: "picture 0.72 s late, by an edit list",
    class: STARTS,
    file: "late-picture.mov",
    make: marked({ videoDelay: 0.72 }),
    expected: {
      size: "320x180",
      seconds: 3.72,
      notes: [VIDEO_LATE, /^sound ends 0\.7\d? s before the picture/],
      checks: [burstsAt(1, 2.48), flashesAt(1.72, 3.2)],
    },
  },
  {
    name: "a late picture shows its first frame from the beginning",
    class: STARTS,
    file: "held.mkv",
    make: media({
      video: quartered(),
      audio: bursting(1),
      videoDelay: 0.72,
      seconds: 2,
      options: ["-c:a", "flac"],
    }),
    expected: {
      size: "320x180",
      seconds: 2.72,
      notes: [VIDEO_LATE, /^sound ends 0\.7\d? s before the picture/],
      checks: [quarters(0, "red", "lime", "blue", "white"), burstsAt(1)],
    },
  },
  {
    name: "sound that ends 3 s early",
    class: ENDS,
    file: "short-sound.mp4",
    make: media({
      video: flashing({}, [1, 1.2]),
      audio: bursting(1),
      videoSeconds: 5,
      audioSeconds: 2,
    }),
    expected: {
      size: "320x180",
      seconds: 5,
      notes: [/^sound ends 3\.0\d s before the picture: filled with silence$/],
      checks: [inSync(1), silent(2.1, 4.9)],
    },
  },
  {
    name: "sound that goes on for 3 s",
    class: ENDS,
    file: "long-sound.mp4",
    make: media({
      video: quartered(),
      audio: bursting(1, 4.5),
      videoSeconds: 2,
      audioSeconds: 5,
    }),
    expected: {
      size: "320x180",
      seconds: 5,
      notes: [
        /^sound goes on (?:2\.9|3\.0)\d s after the picture: its last frame is held$/,
      ],
      checks: [burstsAt(1, 4.5), quarters(4.8, "red", "lime", "blue", "white")],
    },
  },
  {
    name: "a picture of which an edit list shows 2 s, and sound of 5 s",
    class: ENDS,
    file: "shown-for-2-s.mp4",
    make: changed(
      media({
        video: flashing({}, [1, 1.2]),
        audio: bursting(1, 4.5),
        seconds: 5,
        options: ["-g", "25"],
      }),
      shownFor(2000),
    ),
    expected: {
      size: "320x180",
      seconds: 5,
      notes: [
        /^sound goes on (?:2\.9|3\.0)\d s after the picture: its last frame is held$/,
      ],
      checks: [burstsAt(1, 4.5), flashesAt(1)],
    },
  },
  {
    name: "sound that goes on for 50 ms",
    class: ENDS,
    file: "surplus.mov",
    make: media({
      video: moving(),
      audio: bursting(1),
      videoSeconds: 2,
      audioSeconds: 2.05,
      options: ["-c:a", "pcm_s16le"],
    }),
    expected: { size: "320x180", seconds: 2, checks: [burstsAt(1)] },
  },
  {
    name: "a second of PCM missing, in Matroska",
    class: HOLES,
    file: "hole.mkv",
    make: withHole("-c:a", "pcm_s16le"),
    expected: {
      size: "320x180",
      seconds: 4,
      checks: [inSync(2), silent(1.05, 1.95)],
    },
  },
  {
    name: "a second of MP2 missing, in MPEG-TS",
    class: HOLES,
    file: "hole.ts",
    make: withHole("-c:a", "mp2", "-copytb", "1"),
    expected: { size: "320x180", seconds: 4, checks: [inSync(2)] },
  },
  {
    name: "another sound 1.5 s before, in MPEG-TS",
    class: LEFT_OUT,
    file: "early-sound.ts",
    make: behind(1.52, EARLY_AUDIO),
    expected: { ...FROM_THE_FIRST_FRAME, notes: [ANOTHER_AUDIO] },
  },
  {
    name: "data 0.9 s before, in MPEG-TS",
    class: LEFT_OUT,
    file: "early-data.ts",
    make: withHelper(".bin", Buffer.alloc(500, 7), (helper) =>
      behind(0.88, ["-f", "data", "-i", helper], "-c:d", "copy"),
    ),
    expected: {
      ...FROM_THE_FIRST_FRAME,
      notes: [/^stream 2 \(data, \w+\) is left out: /],
    },
  },
  {
    name: "sound 0.7 s before the picture, in MPEG-TS, in two passes",
    class: STARTS,
    file: "two-passes.ts",
    make: media({
      video: flashing({}, [1, 1.2], [2.48, 2.7]),
      audio: bursting(1.72, 3.2),
      videoDelay: 0.72,
      seconds: 4,
      options: ["-c:a", "mp2"],
    }),
    options: ["--two-pass"],
    expected: {
      size: "320x180",
      seconds: 4.72,
      notes: [VIDEO_LATE, /^sound ends 0\.7\d? s before the picture/],
      checks: [inSync(2), flashesAt(1.72, 3.2)],
    },
  },
];
