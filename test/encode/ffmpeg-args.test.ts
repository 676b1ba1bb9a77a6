import { describe, expect, test } from "vitest";
import { encodeCommand, type Pass } from "../../src/encode/ffmpeg-args.js";
import type { EncodePlan } from "../../src/plan/encode-plan.js";
import { makePlan, type PlanSettings } from "../../src/plan/plan.js";
import { ffmpegArguments } from "../../src/tools/ffmpeg-command.js";
import { LADDER, picture, sound, source } from "../support/sources.js";

const FILES = {
  video: ["/work/video-0.mp4", "/work/video-1.mp4"],
  audio: "/work/audio.mp4",
  statistics: ["/work/statistics-0", "/work/statistics-1"],
};

function planOf(settings: PlanSettings): EncodePlan {
  const film = source({ video: picture(), audio: sound() });
  return makePlan(film, LADDER, settings);
}

/** The whole command, a flag with its value on each line. */
function command(plan: EncodePlan, pass: Pass): string {
  const lines: string[] = [];
  for (const word of ffmpegArguments(encodeCommand(plan, FILES, pass))) {
    const before = lines.at(-1) ?? "";
    if (/^-[a-z_]+(?::[a-z])?$/.test(before))
      lines[lines.length - 1] = `${before} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n").replaceAll(/\bNUL\b/g, "/dev/null");
}

test("two rungs and sound are made by one ffmpeg that decodes once", () => {
  const plan = planOf({ drop: ["480p"] });
  expect(command(plan, "only")).toMatchInlineSnapshot();
});

describe("of two passes", () => {
  const plan = planOf({ rungs: ["720p:2800k"], twoPass: true });

  test("the first measures the picture and writes no file", () => {
    expect(command(plan, "first")).toMatchInlineSnapshot();
  });

  test("the second is the only one, and what the first measured", () => {
    const single = planOf({ rungs: ["720p:2800k"] });
    const added = "-pass 2\n-passlogfile /work/statistics-0\n";
    const second = command(plan, "second");
    expect(second).toContain(added);
    expect(second.replace(added, "")).toBe(command(single, "only"));
  });
});

test("a reproducible encode has one thread for each encoder, and is else the same", () => {
  const plain = command(planOf({ drop: ["480p"] }), "only");
  const reproducible = command(
    planOf({ drop: ["480p"], reproducible: true }),
    "only",
  );
  expect(reproducible.match(/^-threads 1$/gm)).toHaveLength(2);
  expect(reproducible.replaceAll("-threads 1\n", "")).toBe(plain);
});

test("the baseline profile has no B-frames", () => {
  const rungs = LADDER.rungs.map((rung) => ({
    ...rung,
    profile: "baseline" as const,
  }));
  const film = source({ video: picture() });
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
  const plan = makePlan(source({ audio: sound({ index: 3 }) }), LADDER);
  const { filters, outputs } = encodeCommand(plan, FILES, "only");
  expect(filters).toEqual(["[0:3]aresample=48000:async=1:first_pts=0[sound]"]);
  expect(outputs.map((output) => output.path)).toEqual(["/work/audio.mp4"]);
});

test("key frames stand on the grid of the plan and nowhere else", () => {
  const video = picture({
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
