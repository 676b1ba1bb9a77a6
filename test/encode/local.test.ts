import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { EncodeProgress } from "../../src/encode/engine.js";
import { ENGINES } from "../../src/encode/index.js";
import { makePlan } from "../../src/plan/plan.js";
import type { Tools } from "../../src/ffmpeg/find.js";
import { CANNOT_FAKE, fakeProgram, test } from "../support/scratch-folder.js";
import { encodeAll } from "../support/encode-all.js";
import {
  LADDER,
  sourceVideo,
  sourceAudio,
  source,
} from "../support/sources.js";

const { local } = ENGINES;
const TWO_PASS = { twoPass: true };
const FILM = source({ video: sourceVideo(), audio: sourceAudio() });

function toolsWith(ffmpeg: string): Tools {
  const found = { version: "5.1", origin: "given" } as const;
  return {
    ffmpeg: { path: ffmpeg, ...found },
    ffprobe: { path: "/nowhere/ffprobe", ...found },
  };
}

describe.skipIf(CANNOT_FAKE)("the engine on this machine", () => {
  test("gives a piece for each rung, in the order of the plan", async ({
    scratch,
  }) => {
    const ffmpeg = await fakeProgram(scratch, "ffmpeg", "exit 0");
    const plan = makePlan(FILM, LADDER);
    const { rungs } = await encodeAll(local, plan, {
      folder: scratch,
      tools: toolsWith(ffmpeg),
    });
    expect(rungs.map(({ rung, pieces }) => [rung.name, ...pieces])).toEqual([
      ["1080p", join(scratch, "video-0.mp4")],
      ["720p", join(scratch, "video-1.mp4")],
      ["480p", join(scratch, "video-2.mp4")],
      ["audio eng", join(scratch, "audio.mp4")],
    ]);
  });

  test("runs ffmpeg once for each pass, with the commands that it shows", async ({
    scratch,
  }) => {
    const log = join(scratch, "log.txt");
    const ffmpeg = await fakeProgram(
      scratch,
      "ffmpeg",
      `printf '%s ' "$@" >> '${log}'; echo >> '${log}'`,
      "echo out_time_us=5000000; echo progress=continue; echo progress=end",
    );
    const plan = makePlan(FILM, LADDER, TWO_PASS);
    const reports: EncodeProgress[] = [];
    await encodeAll(local, plan, {
      folder: scratch,
      tools: toolsWith(ffmpeg),
      onProgress: (progress) => reports.push(progress),
    });
    const shown = local
      .commands(plan, scratch)
      .map((args) => `${args.join(" ")} \n`);
    expect(shown).toHaveLength(2);
    expect(await readFile(log, "utf8")).toBe(shown.join(""));
    expect(reports.map((report) => report.fraction)).toEqual([0.5, 1, 0.5, 1]);
  });

  test("tells ffmpeg's last words and the command when it fails", async ({
    scratch,
  }) => {
    const ffmpeg = await fakeProgram(
      scratch,
      "ffmpeg",
      'for n in 1 2 3 4 5 6 7; do echo "word $n" >&2; done',
      "exit 187",
    );
    const plan = makePlan(FILM, LADDER);
    const context = { folder: scratch, tools: toolsWith(ffmpeg) };
    await expect(encodeAll(local, plan, context)).rejects.toMatchObject({
      code: "encode",
      message:
        "ffmpeg ended with exit code 187. Its last words:\nword 2\nword 3\nword 4\nword 5\nword 6\nword 7",
      hint: expect.stringContaining(
        `The command was: ${ffmpeg} -hide_banner`,
      ) as string,
      facts: { exitCode: 187 },
    });
  });

  test("does not take what a server gave before it fell silent for the whole", async ({
    scratch,
  }) => {
    const url = "http://films/holiday.mp4";
    const ffmpeg = await fakeProgram(
      scratch,
      "ffmpeg",
      `echo '[error] ${url}: Connection timed out' >&2`,
    );
    const plan = makePlan({ ...FILM, path: url }, LADDER);
    const context = { folder: scratch, tools: toolsWith(ffmpeg) };
    await expect(encodeAll(local, plan, context)).rejects.toMatchObject({
      code: "input",
      message: `${url}: its server has fallen silent.`,
    });
  });

  test("makes no second pass when the first one fails", async ({ scratch }) => {
    const log = join(scratch, "log.txt");
    const ffmpeg = await fakeProgram(
      scratch,
      "ffmpeg",
      `echo run >> '${log}'`,
      "exit 1",
    );
    const plan = makePlan(FILM, LADDER, TWO_PASS);
    const context = { folder: scratch, tools: toolsWith(ffmpeg) };
    await expect(encodeAll(local, plan, context)).rejects.toMatchObject({
      code: "encode",
    });
    expect(await readFile(log, "utf8")).toBe("run\n");
  });

  test.for([
    ["mov,mp4,m4a,3gp,3g2,mj2", 4, true],
    ["mpegts", 4, false],
    ["mov,mp4,m4a,3gp,3g2,mj2", undefined, false],
  ] as const)(
    "of %s from %s s on, it begins between key frames: %s; only there decoders complain without damage",
    async ([container, start, expected], { scratch }) => {
      const ffmpeg = await fakeProgram(scratch, "ffmpeg", "exit 0");
      const plan = makePlan({ ...FILM, container }, LADDER, { start });
      const [[step] = []] = local.stages(plan);
      if (step === undefined) throw new Error("no step");
      const context = { folder: scratch, tools: toolsWith(ffmpeg) };
      const { hasSought } = await local.run(plan, step, context);
      expect(hasSought).toBe(expected);
    },
  );

  test("does no step that the plan has not", ({ scratch }) => {
    const plan = makePlan(FILM, LADDER);
    const context = { folder: scratch, tools: toolsWith("/nowhere/ffmpeg") };
    const [[step] = []] = local.stages(makePlan(FILM, LADDER, TWO_PASS));
    if (step === undefined) throw new Error("no step");
    expect(() => local.run(plan, step, context)).toThrow("pass first");
  });

  test("stops when the user aborts", async ({ scratch }) => {
    const abort = new AbortController();
    const ffmpeg = await fakeProgram(
      scratch,
      "ffmpeg",
      "echo progress=continue",
      `exec '${process.execPath}' -e 'setInterval(() => {}, 1000)'`,
    );
    const plan = makePlan(FILM, LADDER);
    const encoding = encodeAll(local, plan, {
      folder: scratch,
      tools: toolsWith(ffmpeg),
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(encoding).rejects.toMatchObject({ code: "aborted" });
  });
});
