import { expect, test } from "vitest";
import { encodeCommand } from "../../src/encode/ffmpeg-args.js";
import { ffmpegArguments } from "../../src/ffmpeg/command.js";
import { makePlan, type PlanSettings } from "../../src/plan/plan.js";
import { ENCODER_PRESETS, type Preset } from "../../src/plan/preset.js";
import { LADDER, source, sourceVideo } from "../support/sources.js";

const FILES = [[{ path: "/work/video-0.mp4", statistics: "" }]];

/** What follows the encoder's name for a rung, up to its colours; and what opens its device. */
function wordsOf(settings: PlanSettings, preset?: Preset): string {
  const film = source({ video: sourceVideo() });
  const plan = preset
    ? makePlan(film, preset, settings)
    : makePlan(film, LADDER, { rungs: ["720p:2800k"], ...settings });
  const words = ffmpegArguments(encodeCommand(plan, FILES, "only"));
  const from = words.indexOf("-c:v");
  const until = words.indexOf("-color_primaries");
  return words.slice(from, until).join(" ");
}

test.for([
  [
    "h264_nvenc",
    "-preset p4 -profile:v high -level:v 31 -pix_fmt yuv420p -b:v 2800000 -maxrate 4200000 -bufsize 5600000 -g 50 -force_key_frames expr:not(mod(n,50)) -flags +cgop -bf 2 -rc vbr -forced-idr 1 -no-scenecut 1 -b_ref_mode disabled",
  ],
  [
    "h264_qsv",
    "-preset medium -profile:v high -level:v 31 -pix_fmt nv12 -b:v 2800000 -maxrate 4200000 -bufsize 5600000 -g 50 -force_key_frames expr:not(mod(n,50)) -flags +cgop -bf 2 -idr_interval 0 -forced_idr 1 -look_ahead 0 -adaptive_i 0 -adaptive_b 0 -b_strategy 0",
  ],
  [
    "h264_vaapi",
    "-profile:v high -level:v 31 -b:v 2800000 -maxrate 4200000 -bufsize 5600000 -g 50 -force_key_frames expr:not(mod(n,50)) -flags +cgop -bf 2 -idr_interval 0 -b_depth 1",
  ],
  [
    "h264_videotoolbox",
    "-profile:v high -level:v 31 -pix_fmt yuv420p -b:v 2800000 -maxrate 4200000 -bufsize 5600000 -g 50 -force_key_frames expr:not(mod(n,50)) -flags +cgop -bf 0 -realtime 0",
  ],
] as const)("%s is asked for closed groups on the grid", ([encoder, words]) => {
  expect(wordsOf({ encoder })).toBe(`-c:v ${encoder} ${words}`);
});

test("pictures are brought to a device of VA-API, and copied ones are not", () => {
  const film = source({ video: sourceVideo() });
  const plan = makePlan(film, LADDER, { encoder: "h264_vaapi" });
  const { inputOptions, filters } = encodeCommand(plan, FILES, "only");
  expect(inputOptions.join(" ")).toContain(
    "-init_hw_device vaapi=device -filter_hw_device device",
  );
  expect(
    filters.filter((chain) => /format=nv12,hwupload\[rung\d\]$/.test(chain)),
  ).toHaveLength(3);
});

test("only h264_nvenc has a constant quality under a peak", () => {
  expect(wordsOf({ encoder: "h264_nvenc", crf: 23 })).toContain(
    "-b:v 0 -cq 23 -maxrate 2800000 -bufsize 5600000 -g",
  );
});

test("a speed of x264 is one of the device that is like it", () => {
  const speed = (encoder: string, encoderPreset: string) =>
    /-preset (\S+)/.exec(wordsOf({ encoder, encoderPreset }))?.[1];
  expect(speed("h264_nvenc", "ultrafast")).toBe("p1");
  expect(speed("h264_nvenc", "veryslow")).toBe("p7");
  expect(speed("h264_qsv", "ultrafast")).toBe("veryfast");
  expect(speed("h264_qsv", "slower")).toBe("slower");
});

test("each speed of x264 is one of the device", () => {
  for (const encoder of ["h264_nvenc", "h264_qsv"])
    for (const encoderPreset of ENCODER_PRESETS)
      expect(wordsOf({ encoder, encoderPreset })).toMatch(/-preset \w+ /);
});

test("VideoToolbox knows no level below 3.0, and chooses by itself there", () => {
  const rungs = LADDER.rungs.map((rung) => ({ ...rung, level: "2.1" }));
  const low = { ...LADDER, rungs: rungs.slice(0, 1) };
  expect(wordsOf({ encoder: "h264_videotoolbox" }, low)).not.toContain(
    "-level",
  );
  expect(wordsOf({ encoder: "h264_nvenc" }, low)).toContain("-level:v 21");
});

test("a short tail gets no key frame of its own", () => {
  const film = source({ video: { ...sourceVideo(), durationSeconds: 4.2 } });
  const settings = { rungs: ["720p:2800k"], encoder: "h264_nvenc" };
  const plan = makePlan(film, LADDER, settings);
  const words = ffmpegArguments(encodeCommand(plan, FILES, "only")).join(" ");
  expect(words).toContain(
    "-g 100 -force_key_frames expr:not(mod(n,50))*not(eq(n,100))",
  );
});
