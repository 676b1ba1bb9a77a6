import { allInSync } from "../checks/audio.js";
import { flashesAt } from "../checks/video.js";
import { damaged } from "../make/bytes.js";
import { changed, joined, written } from "../make/media.js";
import { bursting, flashing } from "../make/sources.js";
import type { Maker, Row } from "../row.js";

/** Two languages that burst with each flash: neither may go its own way. */
function twoSounds(
  seconds: number,
  times: readonly number[],
  ...options: readonly string[]
): Maker {
  const flashes = times.map((at) => [at, at + 0.2] as const);
  const sources = [flashing({}, ...flashes), bursting(...times)].map(
    (source) => ["-t", String(seconds), "-f", "lavfi", "-i", source],
  );
  return written(
    ...sources.flat(),
    ...["-map", "0", "-map", "1", "-map", "1"],
    ...["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-qp", "16"],
    ...["-pix_fmt", "yuv420p", "-g", "25", "-c:a", "mp2", ...options],
  );
}

/** As a broadcast, whose clock begins so late. */
function broadcast(startSeconds: number): Maker {
  return twoSounds(3, [1], "-output_ts_offset", String(startSeconds));
}

export const TWO_SOUNDS: readonly Row[] = [
  {
    name: "MPEG-TS of two sounds, by an hour ahead",
    class: "a clock that jumps, or one wild time",
    file: "ahead.ts",
    make: joined(".ts", broadcast(0), broadcast(3603)),
    expected: {
      size: "320x180",
      seconds: 6,
      notes: [/^the file's clock jumps ahead by (?:3599\.9|3600\.0)\d s/],
      checks: [flashesAt(1, 4), allInSync(2, 2)],
    },
  },
  {
    name: "MPEG-TS of two sounds, whose clock starts again",
    class: "recordings joined with `cat`",
    file: "joined.ts",
    make: joined(".ts", broadcast(0), broadcast(0)),
    expected: {
      size: "320x180",
      seconds: 6,
      notes: [/^recordings are joined at 3\.0\d s: .* goes back by 3\.0\d s/],
      checks: [flashesAt(1, 4), allInSync(2, 2)],
    },
  },
  {
    name: "MPEG-TS of two sounds with a tenth of it overwritten, with --salvage",
    class: "damage in the middle",
    file: "salvaged.ts",
    make: changed(twoSounds(6, [1, 5.2]), (path) => damaged(path, 0.5, 0.6)),
    options: ["--salvage"],
    expected: {
      size: "320x180",
      seconds: 6,
      checks: [flashesAt(1, 5.2), allInSync(2, 2)],
    },
  },
];
