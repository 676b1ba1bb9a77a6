import { join } from "node:path";
import type { Seconds } from "./packets.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { ffmpeg } from "../support/clip.js";

/** What is not as usual with a fixture. */
export interface Odd {
  readonly fragmentSeconds?: number;
  /** How long its picture fragments become, in seconds. */
  readonly fragments?: readonly number[];
  /** What is said of it; nothing when left out. */
  readonly notes?: RegExp;
  /** By how much ffmpeg takes a track for later than it is: it knows no signed offsets, and no tfxd. */
  readonly ffmpegLate?: Partial<Record<"video" | "audio", Seconds>>;
}

export type Fixture = readonly [
  name: string,
  make: (folder: string) => Promise<string>,
  odd?: Odd,
];

let made = 0;

/** A name of its own for each file: tests run side by side. */
function newPath(folder: string, extension: string): string {
  return join(folder, `source-${made++}.${extension}`);
}

export interface FilmOptions {
  readonly rate?: string;
  readonly seconds?: number;
  readonly gopFrames?: number;
  readonly audioRate?: number;
  readonly audioSeconds?: number;
  readonly extension?: string;
  readonly options?: readonly string[];
}

/** A film of picture and sound with a key frame every 2 s and B-frames. */
export async function film(
  folder: string,
  film: FilmOptions = {},
): Promise<string> {
  const { rate = "25", seconds = 4, audioRate = 48_000 } = film;
  const path = newPath(folder, film.extension ?? "mp4");
  const { audioSeconds = seconds, gopFrames = 50 } = film;
  return ffmpeg(
    [
      ...["-v", "error", "-nostdin"],
      ...["-f", "lavfi", "-t", String(seconds)],
      ...["-i", `testsrc2=size=160x90:rate=${rate}`],
      ...["-f", "lavfi", "-t", String(audioSeconds)],
      ...["-i", `sine=frequency=440:sample_rate=${audioRate}`],
      ...["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast"],
      ...["-threads", "1", "-g", String(gopFrames), "-sc_threshold", "0"],
      // Substituted noise would sound otherwise without the lead-in.
      ...["-c:a", "aac", "-aac_pns", "0", ...(film.options ?? []), path],
    ],
    path,
  );
}

/** A film, copied once more by ffmpeg. */
async function copied(
  folder: string,
  inputs: (path: string) => readonly string[],
  options: readonly string[] = [],
  extension = "mp4",
  path?: string,
): Promise<string> {
  const source = path ?? (await film(folder));
  const target = newPath(folder, extension);
  return ffmpeg(
    [
      "-v",
      "error",
      "-nostdin",
      ...inputs(source),
      "-c",
      "copy",
      ...options,
      target,
    ],
    target,
  );
}

const rates: Fixture[] = (
  [
    ["24000/1001", 48, 2.002],
    ["25", 50, 2],
    ["30000/1001", 60, 2.002],
    ["60000/1001", 120, 2.002],
  ] as const
).map(([rate, gopFrames, length]) => [
  `${rate} frames a second`,
  (folder) => film(folder, { rate, gopFrames, seconds: 2 * length }),
  { fragments: [length, length] },
]);

const videoTracks: Fixture[] = [
  ["no B-frames", (folder) => film(folder, { options: ["-bf", "0"] })],
  [
    "B-frames without a pyramid",
    (folder) =>
      film(folder, { options: x264("bframes=2:b-pyramid=none:b-adapt=0") }),
  ],
  [
    "B-frames in a pyramid",
    (folder) =>
      film(folder, { options: x264("bframes=7:b-pyramid=normal:b-adapt=0") }),
  ],
  [
    "groups of 1 s, 2 s wanted",
    (folder) => film(folder, { gopFrames: 25, seconds: 6 }),
    { fragments: [2, 2, 2] },
  ],
  [
    "groups of 1 s, 4 s wanted",
    (folder) => film(folder, { gopFrames: 25, seconds: 8 }),
    { fragmentSeconds: 4, fragments: [4, 4] },
  ],
];

const audioTracks: Fixture[] = [
  ["sound of 44.1 kHz", (folder) => film(folder, { audioRate: 44_100 })],
  ["sound of 96 kHz", (folder) => film(folder, { audioRate: 96_000 })],
  [
    "sound longer than the picture",
    (folder) => film(folder, { audioSeconds: 5.5 }),
    { notes: /^\S+ track 1: its last picture is held for 1\.\d+ s$/ },
  ],
  [
    "sound a little longer than the picture",
    (folder) => film(folder, { audioSeconds: 4.06 }),
    { notes: /^\S+ track 2: 0\.0\d+ s at its end are cut$/ },
  ],
  [
    "sound shorter than the picture",
    (folder) => film(folder, { audioSeconds: 2.3 }),
    { notes: /^\S+ track 2: ends 1\.\d+ s early, silence behind it$/ },
  ],
];

const containers: Fixture[] = [
  ["moov last", (folder) => film(folder)],
  ["moov first", (folder) => film(folder, { options: flags("faststart") })],
  [
    "negative composition offsets",
    (folder) => film(folder, { options: flags("negative_cts_offsets") }),
  ],
  [
    "MOV with a version 1 sound entry",
    (folder) => film(folder, { extension: "mov" }),
  ],
  [
    "ismv as ffmpeg makes it",
    (folder) => film(folder, { extension: "ismv", options: ["-f", "ismv"] }),
    {
      ffmpegLate: {
        video: { ticks: 2n, timescale: 25n },
        audio: { ticks: 213_333n, timescale: 10_000_000n },
      },
    },
  ],
  ...[
    "frag_keyframe",
    "frag_keyframe+default_base_moof",
    "frag_keyframe+empty_moov",
    "frag_keyframe+empty_moov+default_base_moof",
  ].map((flag): Fixture => [
    `fragments without an edit list: ${flag}`,
    (folder) => film(folder, { options: flags(flag) }),
    { notes: /track 1: begins 0\.080 s late, its first picture is held/ },
  ]),
  [
    "fragments with an edit list: frag_keyframe+delay_moov",
    (folder) => film(folder, { options: flags("frag_keyframe+delay_moov") }),
  ],
  [
    "CMAF: signed composition offsets",
    (folder) => film(folder, { options: flags("cmaf") }),
    {
      notes: /track 2: 0\.0\d+ s at its end are cut$/,
      ffmpegLate: { video: { ticks: 2n, timescale: 25n } },
    },
  ],
  [
    "fragments of single frames",
    (folder) => {
      const every = flags("frag_every_frame+empty_moov+default_base_moof");
      return film(folder, { options: [...every, "-bf", "0", "-an"] });
    },
  ],
  [
    "our own .ismv",
    async (folder) =>
      join((await writeFixturePackage(folder)).folder, "clip_60.ismv"),
    { ffmpegLate: { video: { ticks: 1n, timescale: 25n } } },
  ],
  [
    "our own .isma",
    async (folder) =>
      join((await writeFixturePackage(folder)).folder, "clip_eng_48.isma"),
  ],
];

const clocks: Fixture[] = [
  [
    "through Matroska, on a clock of milliseconds",
    async (folder) => {
      const source = await film(folder, { rate: "24000/1001", gopFrames: 48 });
      const mkv = await copied(folder, input, [], "mkv", source);
      return copied(folder, input, [], "mp4", mkv);
    },
    { notes: /begins 0\.021 s late/ },
  ],
  [
    "on a clock of 90 kHz that its frames do not fit",
    async (folder) => {
      const source = await film(folder, { rate: "60000/1001", gopFrames: 120 });
      return copied(
        folder,
        input,
        ["-video_track_timescale", "90000"],
        "mp4",
        source,
      );
    },
  ],
  [
    "frames of different lengths, out of order",
    (folder) =>
      film(folder, {
        options: [
          "-vf",
          "select='mod(n,7)+mod(n,3)'",
          "-vsync",
          "vfr",
          "-force_key_frames",
          "2,4",
          ...x264("bframes=3:b-adapt=0"),
        ],
      }),
    { notes: /./ },
  ],
];

const edits: Fixture[] = [
  [
    "cut at a key frame without encoding",
    (folder) => copied(folder, (path) => ["-ss", "2", "-i", path]),
  ],
  [
    "cut off at the end without encoding, where later frames are decoded earlier",
    (folder) => copied(folder, input, ["-t", "3.3"]),
    { notes: /silence behind it$/ },
  ],
  [
    "the picture late",
    (folder) =>
      copied(folder, (path) => [...input(path), ...late(path, 0.7)], [
        "-map",
        "1:v",
        "-map",
        "0:a",
      ]),
    { notes: /track 1: begins 0\.700 s late, its first picture is held/ },
  ],
  [
    "the sound late",
    (folder) =>
      copied(folder, (path) => [...input(path), ...late(path, 0.7)], [
        "-map",
        "0:v",
        "-map",
        "1:a",
      ]),
    { notes: /track 2: begins 0\.67\d s late, silence before it/ },
  ],
  [
    "both late",
    (folder) =>
      copied(folder, (path) => [...late(path, 0.5), ...late(path, 0.713)], [
        "-map",
        "0:v",
        "-map",
        "1:a",
      ]),
    { notes: /track 2: begins 0\.\d+ s late, silence before it/ },
  ],
  [
    "three languages in one file",
    (folder) =>
      copied(folder, input, [
        ...["-map", "0:v", "-map", "0:a", "-map", "0:a", "-map", "0:a"],
        ...[
          "-metadata:s:a:0",
          "language=eng",
          "-metadata:s:a:1",
          "language=deu",
        ],
        ...["-metadata:s:a:2", "language=ger"],
      ]),
  ],
];

export const FIXTURES: readonly Fixture[] = [
  ...rates,
  ...videoTracks,
  ...audioTracks,
  ...containers,
  ...clocks,
  ...edits,
];

function x264(params: string): string[] {
  return ["-x264-params", params];
}

function flags(movflags: string): string[] {
  return ["-movflags", movflags];
}

function input(path: string): string[] {
  return ["-i", path];
}

function late(path: string, seconds: number): string[] {
  return ["-itsoffset", String(seconds), "-i", path];
}
