import {
  appendFileSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { pack, type PackOptions } from "../../src/index.js";
import { damaged } from "../corpus/make/bytes.js";
import { makeClip } from "../support/clip.js";
import { changesOf, namesIn, QUICK, stoppedRun } from "../support/crashes.js";
import { findTools } from "../../src/ffmpeg/find.js";
import { CANNOT_FAKE, fakeProgram, test } from "../support/scratch-folder.js";
import { tempFolder } from "../support/temp.js";

const clip = await makeClip(join(tempFolder(), "clip.mp4"), { seconds: 1 });
const WHOLE = ["clip.ism", "clip.ismc", "clip_60.ismv", "clip_und_128.isma"];

/** An ffmpeg that writes down each time that it encodes. */
async function countingFfmpeg(folder: string) {
  const tools = await findTools();
  const log = join(folder, "encodes.txt");
  appendFileSync(log, "");
  const ffmpegPath = await fakeProgram(
    folder,
    "ffmpeg",
    `case "$*" in *libx264*) echo encode >> '${log}';; esac`,
    `exec '${tools.ffmpeg.path}' "$@"`,
  );
  return {
    ffmpegPath,
    ffprobePath: tools.ffprobe.path,
    encodes: () => readFileSync(log, "utf8").split("\n").length - 1,
  };
}

async function prepare(scratch: string, changes: Partial<PackOptions> = {}) {
  const { encodes, ...paths } = await countingFfmpeg(scratch);
  const output = join(scratch, "out");
  const options: PackOptions = {
    ...{ ...paths, output, rungs: ["160x90:60k"], encoderPreset: "ultrafast" },
    ...changes,
  };
  return { output, options, encodes };
}

/** A run that is stopped when packaging has begun: encoding is over by then. */
async function stoppedInMux(
  options: PackOptions,
  input = clip,
): Promise<unknown> {
  const stop = new AbortController();
  const run = pack(input, {
    ...options,
    signal: stop.signal,
    onProgress: ({ step }) => {
      if (step === "mux") stop.abort();
    },
  });
  return run.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const KEPT = /^\.mss-pack-kept-/;

describe.skipIf(CANNOT_FAKE)("with --resume", () => {
  test("an encode that ended is not repeated because packaging failed", async ({
    scratch,
  }) => {
    const { output, options, encodes } = await prepare(scratch, {
      resume: true,
    });
    const error = await stoppedInMux(options);
    expect(namesIn(output)).toEqual([expect.stringMatching(KEPT)]);
    expect(error).toMatchObject({
      code: "aborted",
      hint: expect.stringContaining(join(output, ".mss-pack-kept-")) as string,
    });
    const { report, skipped } = await pack(clip, options);
    expect(report.findings).toEqual([]);
    expect(skipped).toBe(false);
    expect(encodes()).toBe(1);
    expect(namesIn(output)).toEqual(WHOLE);
  });

  test("a single encode that is stopped half-way is not kept, and the message says so", async ({
    scratch,
  }) => {
    const { output, options } = await prepare(scratch, { resume: true });
    const stop = new AbortController();
    const run = pack(clip, {
      ...options,
      signal: stop.signal,
      onPlan: () => stop.abort(),
    });
    await expect(run).rejects.toMatchObject({
      code: "aborted",
      hint: expect.stringMatching(
        /^Nothing was published; run the same command again\.\n {2}--resume had nothing to keep: no piece of the film/,
      ) as string,
    });
    expect(namesIn(output)).toEqual([]);
  });

  test("a first pass that ended is not repeated because the second failed", async ({
    scratch,
  }) => {
    const { options, encodes } = await prepare(scratch, {
      ...{ resume: true, twoPass: true },
    });
    const stop = new AbortController();
    const run = pack(clip, {
      ...options,
      signal: stop.signal,
      onProgress: ({ label }) => {
        if (label === "encode, pass 2 of 2") stop.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: "aborted" });
    expect(encodes()).toBe(2);
    await pack(clip, options);
    expect(encodes()).toBe(3);
  });

  test.for([
    ["other settings", { encoderPreset: "superfast" }],
    ["another mode", { salvage: true }],
  ] satisfies [string, Partial<PackOptions>][])(
    "what was kept of %s is removed, and nothing of it used",
    async ([, changes], { scratch }) => {
      const { output, options, encodes } = await prepare(scratch, {
        resume: true,
      });
      await stoppedInMux(options);
      const { notes } = await pack(clip, { ...options, ...changes });
      expect(notes).toContain(
        "--resume: encodes anew what was kept, because the settings differ",
      );
      expect(encodes()).toBe(2);
      expect(namesIn(output)).toEqual(WHOLE);
    },
  );

  test("rungs that another mss-pack has made are encoded anew, and a note says so", async ({
    scratch,
  }) => {
    const { output, options, encodes } = await prepare(scratch, {
      resume: true,
    });
    await stoppedInMux(options);
    const [kept = ""] = namesIn(output);
    const path = join(output, kept, "journal.json");
    const journal = JSON.parse(readFileSync(path, "utf8")) as object;
    writeFileSync(path, JSON.stringify({ ...journal, version: "0.0.1" }));
    const { notes } = await pack(clip, options);
    expect(notes).toContainEqual(
      expect.stringMatching(
        /^--resume: encodes anew what was kept, because mss-pack 0\.0\.1 made them and this is \d/,
      ),
    );
    expect(encodes()).toBe(2);
  });

  test("rungs of a source that turned out damaged are not kept", async ({
    scratch,
  }) => {
    const { output, options, encodes } = await prepare(scratch, {
      resume: true,
    });
    const input = join(scratch, "clip.mp4");
    await copyFile(clip, input);
    damaged(input, 0.45, 0.55);
    const refused = {
      code: "input",
      message: expect.stringContaining("damaged") as string,
    };
    await expect(pack(input, options)).rejects.toMatchObject(refused);
    expect(namesIn(output)).toEqual([]);
    await expect(pack(input, options)).rejects.toMatchObject(refused);
    expect(encodes()).toBe(2);
  });

  test("what was kept of another input of the same name is removed", async ({
    scratch,
  }) => {
    const { output, options, encodes } = await prepare(scratch, {
      resume: true,
    });
    const input = join(scratch, "clip.mp4");
    await copyFile(clip, input);
    await stoppedInMux(options, input);
    appendFileSync(input, "more");
    await pack(input, options);
    expect(encodes()).toBe(2);
    expect(namesIn(output)).toEqual(WHOLE);
  });

  test("encoded files that are not as they were are made again", async ({
    scratch,
  }) => {
    const { output, options, encodes } = await prepare(scratch, {
      resume: true,
    });
    await stoppedInMux(options);
    const kept = join(output, namesIn(output)[0] ?? "", "encoded");
    truncateSync(join(kept, "audio.mp4"), 100);
    await pack(clip, options);
    expect(encodes()).toBe(2);
  });

  test("of two runs at once one goes on from what was kept, the other does it all", async ({
    scratch,
  }) => {
    const { output, options, encodes } = await prepare(scratch, {
      resume: true,
    });
    await stoppedInMux(options);
    const both = await Promise.allSettled([
      pack(clip, options),
      pack(clip, options),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([
      "fulfilled",
      "rejected",
    ]);
    expect(encodes()).toBeLessThanOrEqual(2);
    const left = namesIn(output).filter((name) => !KEPT.test(name));
    expect(left).toEqual(WHOLE);
  });

  test("what is kept of one package stays while another is made", async ({
    scratch,
  }) => {
    const { options, encodes } = await prepare(scratch, { resume: true });
    await stoppedInMux(options);
    await pack(clip, { ...options, name: "other", resume: false });
    await pack(clip, { ...options, name: "third" });
    await pack(clip, options);
    expect(encodes()).toBe(3);
  });

  test("a run that is killed with its encode done is gone on from", async ({
    scratch,
  }) => {
    const { output, options, encodes } = await prepare(scratch);
    const flags = [
      ...["-o", output, "--ffmpeg", options.ffmpegPath ?? ""],
      ...["--ffprobe", options.ffprobePath ?? "", ...QUICK, "--quiet"],
    ];
    const changes = await changesOf(
      [clip, ...flags, "--name", "counted"],
      join(scratch, "changes.txt"),
    );
    const at = changes.indexOf("link") + 1;
    await stoppedRun([clip, ...flags], { at, with: "SIGKILL" });
    expect(encodes()).toBe(2);
    await pack(clip, { ...options, resume: true });
    expect(encodes()).toBe(2);
  });
});

describe.skipIf(CANNOT_FAKE)("without --resume", () => {
  test("nothing is kept, and the error says what would have been", async ({
    scratch,
  }) => {
    const { output, options } = await prepare(scratch);
    const error = await stoppedInMux(options);
    expect(error).toMatchObject({
      code: "aborted",
      hint: expect.stringContaining("--resume") as string,
    });
    expect(namesIn(output)).toEqual([]);
  });

  test("what an earlier run has kept of the same package is removed, not used", async ({
    scratch,
  }) => {
    const { output, options, encodes } = await prepare(scratch);
    await stoppedInMux({ ...options, resume: true });
    await pack(clip, options);
    expect(encodes()).toBe(2);
    expect(namesIn(output)).toEqual(WHOLE);
  });
});
