import type { Row } from "./row.js";
import { COLOURS_OF_SOURCES } from "./rows/colours.js";
import { BROKEN } from "./rows/broken.js";
import { CONTAINERS_OF_SOURCES } from "./rows/containers.js";
import { DAMAGED_FILES } from "./rows/damaged.js";
import { LATE } from "./rows/late.js";
import { LENGTHS } from "./rows/lengths.js";
import { RATES } from "./rows/rates.js";
import { SCAN_TYPES } from "./rows/scan.js";
import { SHAPES } from "./rows/shapes.js";
import { AUDIO_ROWS } from "./rows/audio.js";
import { STREAMS } from "./rows/streams.js";
import { SYNC } from "./rows/sync.js";
import { TIMING } from "./rows/timing.js";
import { TWO_SOUNDS } from "./rows/two-sounds.js";

interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** In three files of tests, which run beside one another. */
export const FRAME_ROWS: readonly Group[] = [
  { title: "frame rates", rows: RATES },
  { title: "shapes of the picture", rows: SHAPES },
  { title: "colours", rows: COLOURS_OF_SOURCES },
  { title: "fields and frames", rows: SCAN_TYPES },
];

export const STREAMS_IN_TIME: readonly Group[] = [
  { title: "streams", rows: STREAMS },
  { title: "streams that begin late", rows: LATE },
  { title: "sounds", rows: AUDIO_ROWS },
  { title: "starts, ends and holes", rows: TIMING },
  { title: "picture and sound in time", rows: SYNC },
  { title: "two sounds", rows: TWO_SOUNDS },
];

export const FILES: readonly Group[] = [
  { title: "lengths", rows: LENGTHS },
  { title: "containers", rows: CONTAINERS_OF_SOURCES },
  { title: "broken files", rows: BROKEN },
  { title: "damaged files", rows: DAMAGED_FILES },
];

/** All inputs, in the order of docs/inputs.md. The door for another one: a row in one of these. */
export const CORPUS: readonly Group[] = [
  ...FRAME_ROWS,
  ...STREAMS_IN_TIME,
  ...FILES,
];
