import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { bundledProgram } from "../../../src/ffmpeg/bundled.js";
import { findTools } from "../../../src/ffmpeg/find.js";
import { pack } from "../../../src/pipeline/pack.js";
import type { PackOptions, PackResult } from "../../../src/pipeline/options.js";
import { audioStreams } from "../../../src/plan/encode-plan.js";
import { planTasks } from "../../../src/tasks/plan-tasks.js";
import { written } from "../../corpus/make/media.js";
import { audioOf } from "../../support/measure.js";
import { run, tools } from "../../support/programs.js";
import { tempFolder } from "../../support/temp.js";

const folder = tempFolder();
const SECONDS = 10;

/** Of white noise AAC leaves out what only a meter hears: a decibel and more. */
const SPEECH = "lowpass=f=3000";

/** A beat of noise, quiet or loud. */
const beat = (volume: number) =>
  `aevalsrc='${volume}*(random(0)-0.5)*pow(abs(sin(2*PI*1.5*t)),2)':s=48000,${SPEECH}`;

/** Quiet noise, and clicks of half a millisecond that leave no room above them. */
const CLICKS = `aevalsrc='0.08*(random(0)-0.5)+0.9*between(mod(t,1.7),0.5,0.5005)':s=48000,${SPEECH}`;

const SURROUND = `aevalsrc='${Array<string>(6).fill("0.04*(random(0)-0.5)").join("|")}':s=48000:c=5.1,${SPEECH}`;

const SOUNDS = [
  { language: "eng", source: beat(0.06) },
  { language: "deu", source: beat(0.6) },
  { language: "fra", source: CLICKS },
  { language: "spa", source: SURROUND },
  { language: "ita", source: "anullsrc=r=48000:cl=stereo" },
];

async function film(path: string): Promise<string> {
  await written(
    ...["-f", "lavfi", "-i", "testsrc2=s=160x90:r=25"],
    ...SOUNDS.flatMap(({ source }) => ["-f", "lavfi", "-i", source]),
    ...["-map", "0", ...SOUNDS.flatMap((_, i) => ["-map", String(i + 1)])],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "25"],
    ...["-t", String(SECONDS), "-c:a", "flac"],
    ...SOUNDS.flatMap(({ language }, i) => [
      ...[`-metadata:s:a:${i}`, `language=${language}`],
    ]),
  )(path);
  return path;
}

const current = await tools();
const bundled = await bundledProgram("ffmpeg");
const programs = [
  { which: "of the PATH", tools: current },
  ...(bundled === undefined
    ? []
    : [
        {
          which: "of npm",
          tools: await findTools({ ffmpegPath: bundled }),
        },
      ]),
];

const small = (name: string): PackOptions => ({
  ...{ output: join(folder, name), name, tools: current },
  ...{ encoderPreset: "ultrafast", rungs: ["160x90:60k"] },
});

/** What a meter of the current ffmpeg finds in the package. */
async function meter({ folder: out, plan }: PackResult, language: string) {
  const stream = audioStreams(plan).filter((one) => one.language === language);
  const found = [];
  for (const { file } of stream.flatMap(({ rungs }) => rungs)) {
    const { stderr } = await run(current.ffmpeg.path, [
      ...["-hide_banner", "-nostats", "-i", join(out, file)],
      ...["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"],
    ]);
    const figure = (line: RegExp) => Number(line.exec(stderr)?.[1]);
    found.push({
      lufs: figure(/^ +I: +(-[\d.]+) LUFS/m),
      peak: figure(/^ +Peak: +(-?[\d.]+) dBFS/m),
    });
  }
  return found;
}

const loudnessOf = ({ plan }: PackResult, language: string) =>
  audioStreams(plan).find((one) => one.language === language)?.rungs[0]
    ?.loudness;

/** AAC adds up to this to a peak, at 128 kbit/s. */
const AAC_DB = 0.5;

describe.each(programs)(
  "sounds of one film, with the ffmpeg $which",
  ({ tools: used }) => {
    let made: PackResult;
    let asItIs: PackResult;

    beforeAll(async () => {
      const path = await film(join(folder, `${used.ffmpeg.origin}.mkv`));
      const name = used.ffmpeg.origin;
      const options = { ...small(name), tools: used, audioChannels: 6 };
      made = await pack(path, { ...options, loudness: -16 });
      const output = join(folder, `${name}-as-it-is`);
      asItIs = await pack(path, { ...options, output });
    }, 300_000);

    test.each(["eng", "deu", "fra", "spa"])(
      "%s is as loud as was asked, in each of its shapes, and its peaks are under the limit",
      async (language) => {
        const found = await meter(made, language);
        expect(found).toHaveLength(language === "spa" ? 2 : 1);
        for (const { lufs, peak } of found) {
          expect(Math.abs(lufs + 16)).toBeLessThanOrEqual(0.5);
          expect(peak).toBeLessThanOrEqual(-1 + AAC_DB);
        }
      },
    );

    test("they were not alike before", async () => {
      const [[eng], [deu]] = [
        await meter(asItIs, "eng"),
        await meter(asItIs, "deu"),
      ];
      expect((deu?.lufs ?? 0) - (eng?.lufs ?? 0)).toBeGreaterThan(15);
      expect(loudnessOf(asItIs, "eng")).toBeUndefined();
    });

    test("the plan has what was measured, and the way", () => {
      expect(loudnessOf(made, "eng")).toMatchObject({ way: "linear" });
      expect(loudnessOf(made, "fra")).toMatchObject({ way: "dynamic" });
      expect(loudnessOf(made, "ita")).toMatchObject({
        way: "silent",
        filters: [],
      });
      const notes = made.plan.notes.join("\n");
      expect(notes).toMatch(/audio fra: at -16 LUFS its peaks would reach/);
      expect(notes).not.toMatch(/audio eng: at -16/);
      expect(notes).toMatch(/audio ita: nothing in it is loud enough/);
    });

    test.each(["eng", "fra"])(
      "%s stays in its place and whole",
      async (language) => {
        const [before, after] = [
          await samplesOf(asItIs, language),
          await samplesOf(made, language),
        ];
        expect(after.length).toBe(before.length);
        expect(after.length).toBeGreaterThanOrEqual(SECONDS * 48_000);
        if (language === "fra") {
          const clicks = clicksIn(before);
          expect(clicks).toHaveLength(6);
          clicksIn(after).forEach((at, i) => {
            expect(Math.abs(at - (clicks[i] ?? 0))).toBeLessThanOrEqual(48);
          });
        }
      },
    );
  },
);

async function samplesOf({ folder: out, plan }: PackResult, language: string) {
  const stream = audioStreams(plan).find((one) => one.language === language);
  return audioOf(join(out, stream?.rungs[0]?.file ?? ""));
}

/** Where the loudest sample of each click is; there is one each 1.7 s. */
function clicksIn(samples: Int16Array): number[] {
  const each = 1.7 * 48_000;
  return Array.from({ length: 6 }, (_, i) => {
    const part = samples.subarray(
      Math.round(i * each),
      Math.round(i * each + each / 2),
    );
    const loudest = part.reduce(
      (best, value, at) =>
        Math.abs(value) > Math.abs(part[best] ?? 0) ? at : best,
      0,
    );
    return Math.round(i * each) + loudest;
  });
}

describe("of a film", () => {
  let path: string;
  beforeAll(async () => {
    path = join(folder, "halves.mkv");
    const halves = `aevalsrc='if(lt(t,6),0.7,0.05)*(random(0)-0.5)':s=48000:c=mono,${SPEECH}`;
    await written(
      ...["-f", "lavfi", "-i", "testsrc2=s=160x90:r=25"],
      ...["-f", "lavfi", "-i", halves, "-f", "lavfi", "-i", halves],
      ...["-map", "0", "-map", "1", "-map", "2", "-t", "12"],
      ...[
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-g",
        "25",
        "-c:a",
        "flac",
      ],
    )(path);
  });

  test("a part is measured by itself, and mono streams that are joined as the sound that they make", async () => {
    const options = {
      ...small("part"),
      start: 6,
      loudness: "ebu",
      audio: "1+2",
    };
    const made = await pack(path, options);
    const [found] = await meter(made, "und");
    expect(found?.lufs).toBeGreaterThanOrEqual(-23.5);
    expect(found?.lufs).toBeLessThanOrEqual(-22.5);
  });

  test("the same package is found without measuring again; another target is another package", async () => {
    const steps = new Set<string>();
    const options = {
      ...{ ...small("again"), skipExisting: true, loudness: "ebu" },
      onProgress: ({ step }: { step: string }) => steps.add(step),
    };
    expect((await pack(path, options)).skipped).toBe(false);
    expect([...steps][0]).toBe("measure");
    steps.clear();
    expect((await pack(path, options)).skipped).toBe(true);
    expect([...steps]).not.toContain("measure");
    await expect(
      pack(path, { ...options, loudness: -20 }),
    ).rejects.toMatchObject({
      code: "exists",
    });
    const measured = { ...options, ...small("measured"), loudness: "measure" };
    const { plan } = await pack(path, measured);
    expect(plan.notes).toEqual(expect.not.arrayContaining(["dynamic"]));
    const plain = { ...measured, loudness: undefined };
    expect((await pack(path, plain)).skipped).toBe(true);
  });

  test("a plan for many machines has what was measured, the same each time", async () => {
    const work = join(folder, "work");
    const options = { ...small("tasks"), loudness: "ebu" };
    const { tasks } = await planTasks(path, options, work);
    const [stream] = audioStreams(tasks.plan);
    expect(stream?.rungs[0]?.loudness).toMatchObject({ way: "linear" });
    expect((await planTasks(path, options, work)).tasks.id).toBe(tasks.id);
  });
});
