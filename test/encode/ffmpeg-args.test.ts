import { describe, expect, test } from "vitest";
import { encodeCommand } from "../../src/encode/ffmpeg-args.js";
import { withThreads } from "../../src/encode/threads.js";
import type { Pass } from "../../src/encode/outputs.js";
import { audioStreams, type EncodePlan } from "../../src/plan/encode-plan.js";
import { makePlan, type PlanSettings } from "../../src/plan/plan.js";
import { ffmpegArguments } from "../../src/ffmpeg/command.js";
import {
  LADDER,
  sourceVideo,
  sourceAudio,
  source,
} from "../support/sources.js";

/** As the local engine names them. */
function filesOf({ streams }: EncodePlan) {
  return streams.map(({ kind, rungs }) =>
    rungs.map((_, i) => ({
      path: kind === "video" ? `/work/video-${i}.mp4` : "/work/audio.mp4",
      statistics: `/work/statistics-${i}`,
    })),
  );
}

function planOf(settings: PlanSettings): EncodePlan {
  const film = source({ video: sourceVideo(), audio: sourceAudio() });
  return makePlan(film, LADDER, settings);
}

/** The whole command: a line for each flag with its value, and for each chain of filters. */
function command(plan: EncodePlan, pass: Pass): string {
  const words = ffmpegArguments(encodeCommand(plan, filesOf(plan), pass));
  return words
    .map((word, i) => (isFlag(words[i - 1] ?? "") ? ` ${word}` : `\n${word}`))
    .join("")
    .trimStart()
    .replaceAll(";", ";\n  ")
    .replace(/\bNUL\b/, "/dev/null");
}

/** A word that has its value behind it. */
function isFlag(word: string): boolean {
  const isAlone = ["-y", "-hide_banner", "-nostats", "-nostdin"].includes(word);
  return /^-[a-z][a-z0-9_:-]*$/.test(word) && !isAlone;
}

test("two rungs and sound are made by one ffmpeg that decodes once", () => {
  const plan = planOf({ drop: ["480p"] });
  expect(command(plan, "only")).toMatchInlineSnapshot(`
    "-hide_banner
    -nostats
    -nostdin
    -progress pipe:1
    -loglevel level+warning
    -protocol_whitelist file,pipe
    -f mov
    -noautorotate -i /films/holiday.mp4
    -y
    -filter_complex [0:0]fps=fps=25/1:start_time=0,split=2[branch0][branch1];
      [branch0]format=yuv420p,setsar=1[rung0];
      [branch1]scale=w=1280:h=720:flags=lanczos:in_color_matrix=bt709:out_color_matrix=bt709:in_range=tv:out_range=tv,format=yuv420p,setsar=1[rung1];
      [0:1]aresample=48000:async=1:first_pts=0:min_hard_comp=0.05,apad=whole_len=576000[sound]
    -map [rung0]
    -c:v libx264
    -preset medium
    -profile:v high
    -level:v 4.0
    -pix_fmt yuv420p
    -b:v 5000000
    -maxrate 7500000
    -bufsize 10000000
    -g 50
    -keyint_min 50
    -sc_threshold 0
    -flags +cgop
    -bf 2
    -b-pyramid none
    -refs 3
    -color_primaries bt709
    -color_trc bt709
    -colorspace bt709
    -color_range tv
    -map_metadata -1
    -map_chapters -1
    -fflags +bitexact
    -f mp4
    /work/video-0.mp4
    -map [rung1]
    -c:v libx264
    -preset medium
    -profile:v high
    -level:v 3.1
    -pix_fmt yuv420p
    -b:v 2800000
    -maxrate 4200000
    -bufsize 5600000
    -g 50
    -keyint_min 50
    -sc_threshold 0
    -flags +cgop
    -bf 2
    -b-pyramid none
    -refs 3
    -color_primaries bt709
    -color_trc bt709
    -colorspace bt709
    -color_range tv
    -map_metadata -1
    -map_chapters -1
    -fflags +bitexact
    -f mp4
    /work/video-1.mp4
    -map [sound]
    -c:a aac
    -b:a 128000
    -ac 2
    -ar 48000
    -map_metadata -1
    -map_chapters -1
    -fflags +bitexact
    -f mp4
    /work/audio.mp4"
  `);
});

describe("of two passes", () => {
  const plan = planOf({ rungs: ["720p:2800k"], twoPass: true });

  test("the first measures the picture and writes no file", () => {
    expect(command(plan, "first")).toMatchInlineSnapshot(`
      "-hide_banner
      -nostats
      -nostdin
      -progress pipe:1
      -loglevel level+warning
      -protocol_whitelist file,pipe
      -f mov
      -noautorotate -i /films/holiday.mp4
      -y
      -filter_complex [0:0]fps=fps=25/1:start_time=0,split=1[branch0];
        [branch0]scale=w=1280:h=720:flags=lanczos:in_color_matrix=bt709:out_color_matrix=bt709:in_range=tv:out_range=tv,format=yuv420p,setsar=1[rung0];
        [0:1]aresample=48000:async=1:first_pts=0:min_hard_comp=0.05,apad=whole_len=576000[sound]
      -map [rung0]
      -c:v libx264
      -preset medium
      -profile:v high
      -level:v 3.1
      -pix_fmt yuv420p
      -b:v 2800000
      -maxrate 4200000
      -bufsize 5600000
      -g 50
      -keyint_min 50
      -sc_threshold 0
      -flags +cgop
      -bf 2
      -b-pyramid none
      -refs 3
      -color_primaries bt709
      -color_trc bt709
      -colorspace bt709
      -color_range tv
      -pass 1
      -passlogfile /work/statistics-0
      -map_metadata -1
      -map_chapters -1
      -fflags +bitexact
      -f null
      /dev/null
      -map [sound]
      -f null
      /dev/null"
    `);
  });

  test("the second is the only one, and what the first measured", () => {
    const single = planOf({ rungs: ["720p:2800k"] });
    const added = "-pass 2\n-passlogfile /work/statistics-0\n";
    const second = command(plan, "second");
    expect(second).toContain(added);
    expect(second.replace(added, "")).toBe(command(single, "only"));
  });
});

test("a reproducible encode has one thread for each encoder, rounds alike on every processor, and is else the same", () => {
  const plain = command(planOf({ drop: ["480p"] }), "only");
  const reproducible = command(
    planOf({ drop: ["480p"], reproducible: true }),
    "only",
  );
  const params = "-threads 1\n-x264-params cpu-independent=1\n";
  expect(reproducible.split(params)).toHaveLength(3);
  expect(
    reproducible
      .replaceAll(params, "")
      .replaceAll("+accurate_rnd+bitexact", ""),
  ).toBe(plain);
  const scales = plain.match(/scale=/g) ?? [];
  expect(reproducible.match(/\+accurate_rnd\+bitexact/g)).toHaveLength(
    scales.length,
  );
});

test("a tune leaves the B-pictures and references that players expect", () => {
  const lines = command(planOf({ drop: ["480p"], tune: "animation" }), "only");
  expect(lines.match(/^-tune animation$/gm)).toHaveLength(2);
  expect(lines.match(/^-bf 2$/gm)).toHaveLength(2);
  expect(lines.match(/^-refs 3$/gm)).toHaveLength(2);
  expect(command(planOf({ drop: ["480p"] }), "only")).not.toContain("-tune");
});

test("a constant quality has the rungs' averages as its peaks", () => {
  const lines = command(planOf({ drop: ["480p"], crf: 23 }), "only");
  expect(lines).not.toContain("-b:v");
  expect(lines.match(/^-crf 23$/gm)).toHaveLength(2);
  expect(lines.match(/^-maxrate .*$/gm)).toEqual([
    ...["-maxrate 5000000", "-maxrate 2800000"],
  ]);
});

test("the baseline profile has no B-frames", () => {
  const rungs = LADDER.rungs.map((rung) => ({
    ...rung,
    profile: "baseline" as const,
  }));
  const film = source({ video: sourceVideo() });
  const plan = makePlan(
    film,
    { ...LADDER, rungs },
    { drop: ["1080p", "480p"] },
  );
  const lines = command(plan, "only").split("\n");
  expect(lines).toContain("-profile:v baseline");
  expect(lines).toContain("-bf 0");
  expect(lines.filter((line) => line.startsWith("-b-pyramid"))).toEqual([]);
});

test("sound alone is one output", () => {
  const plan = makePlan(source({ audio: sourceAudio({ index: 3 }) }), LADDER);
  const { filters, outputs } = encodeCommand(plan, filesOf(plan), "only");
  expect(filters).toEqual([
    "[0:3]aresample=48000:async=1:first_pts=0:min_hard_comp=0.05[sound]",
  ]);
  expect(outputs.map((output) => output.path)).toEqual(["/work/audio.mp4"]);
});

test("key frames stand on the grid of the plan and nowhere else", () => {
  const video = sourceVideo({
    nominalRate: { num: 24_000, den: 1001 },
    averageRate: { num: 24_000, den: 1001 },
  });
  const lines = command(makePlan(source({ video }), LADDER), "only").split(
    "\n",
  );
  for (const line of [
    "-g 48",
    "-keyint_min 48",
    "-sc_threshold 0",
    "-flags +cgop",
  ])
    expect(
      lines.filter((one) => one === line),
      line,
    ).toHaveLength(3);
});

test("mono streams are brought to one length each, then joined", () => {
  const audio = sourceAudio({ index: 3, joined: [3, 1] });
  const film = source({ video: sourceVideo(), audio });
  const plan = makePlan(film, LADDER);
  const { filters } = encodeCommand(plan, filesOf(plan), "only");
  const way =
    "aresample=48000:async=1:first_pts=0:min_hard_comp=0.05,apad=whole_len=576000";
  expect(filters.slice(-3)).toEqual([
    `[0:3]${way}[part0]`,
    `[0:1]${way}[part1]`,
    "[part0][part1]join=inputs=2:channel_layout=stereo:map=0.0-FL|1.0-FR[sound]",
  ]);
});

test("several sounds, and several qualities of one, are told apart", () => {
  const plan = makePlan(
    source({ video: sourceVideo(), audio: sourceAudio() }),
    LADDER,
  );
  const [eng] = audioStreams(plan);
  const [rung] = eng?.rungs ?? [];
  if (!eng || !rung) throw new Error("no sound");
  const joined = { streams: [2, 3], filter: "join=inputs=2" };
  const two = { ...rung, filters: [], bitrate: 64_000 };
  const streams = [
    ...[{ ...eng, rungs: [{ ...rung, filters: [] }, two] }],
    { ...eng, name: "audio_deu", joined, rungs: [two] },
  ];
  const { filters, outputs } = encodeCommand(
    { ...plan, streams },
    streams.map(({ name, rungs }) =>
      rungs.map((_, i) => ({ path: `${name}-${i}`, statistics: "" })),
    ),
    "only",
  );
  expect(filters).toEqual([
    "[0:1]anull[sound]",
    "[0:1]anull[sound_1]",
    "[0:2]anull[part0_s1]",
    "[0:3]anull[part1_s1]",
    "[part0_s1][part1_s1]join=inputs=2[sound_s1]",
  ]);
  expect(outputs.map(({ path, options }) => [path, options[1]])).toEqual([
    ["audio-0", "[sound]"],
    ["audio-1", "[sound_1]"],
    ["audio_deu-0", "[sound_s1]"],
  ]);
});

describe("threads", () => {
  const threadsOf = (settings: PlanSettings, threads?: number) => {
    const plan = planOf(settings);
    const made = encodeCommand(plan, filesOf(plan), "only");
    const words = ffmpegArguments(withThreads(made, threads));
    return words.flatMap((word, i) =>
      word.endsWith("threads") ? [`${word} ${words[i + 1]}`] : [],
    );
  };

  test("are x264's own, without a number", () => {
    expect(threadsOf({})).toEqual([]);
  });

  test("are shared by the rungs, each at least one; sound has none", () => {
    const reading = (count: number) => [
      ...[`-filter_complex_threads ${count}`, `-threads ${count}`],
    ];
    const each = (count: number) => Array<string>(3).fill(`-threads ${count}`);
    expect(threadsOf({}, 7)).toEqual([...reading(7), ...each(2)]);
    expect(threadsOf({}, 1)).toEqual([...reading(1), ...each(1)]);
  });

  test("stay one a rung where the bytes shall be the same on every run", () => {
    expect(threadsOf({ reproducible: true }, 9).slice(2)).toEqual([
      ...["-threads 1", "-threads 1", "-threads 1"],
    ]);
  });
});
