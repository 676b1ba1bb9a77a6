import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, describe } from "vitest";
import type { ProtectionRequest } from "../../src/drm/index.js";
import {
  contentKey,
  pack,
  packAll,
  protectPackage,
  unprotectPackage,
  type PackOptions,
} from "../../src/index.js";
import { makeClip } from "../support/clip.js";
import { namesIn } from "../support/crashes.js";
import { test } from "../support/scratch-folder.js";
import { tempFolder } from "../support/temp.js";
import { KEY, KID, readPackage, REQUEST, samplesOf } from "./package.js";

const clip = await makeClip(join(tempFolder(), "clip.mp4"), { seconds: 2 });
const RUN = fileURLToPath(new URL("run.js", import.meta.url));
const QUICK = { rungs: ["160x90:60k"], encoderPreset: "ultrafast" };

const options = (output: string): PackOptions => ({
  ...{ ...QUICK, output, name: "clip", protection: REQUEST },
});

/** Work folders in an output folder, hidden as they are. */
const workIn = (output: string) =>
  namesIn(output).filter((name) => name.startsWith(".mss-pack"));

test("a package that is encoded is protected, and its .ism tells nothing of it", async ({
  scratch,
}) => {
  const output = join(scratch, "out");
  const { report, notes } = await pack(clip, options(output));
  expect(report.findings).toEqual([]);
  const { decrypted, manifest } = readPackage(output);
  expect(
    Object.values(decrypted)
      .map(({ entry }) => entry)
      .sort(),
  ).toEqual(["enca", "encv"]);
  for (const file of Object.values(decrypted))
    expect(
      samplesOf(file).some(({ clear, stored }) => !clear.equals(stored)),
    ).toBe(true);
  expect(manifest).toContain("<ProtectionHeader");
  expect(readFileSync(join(output, "clip.ism"), "utf8")).not.toMatch(
    /protect|playready/i,
  );
  // Slices of some hundred bytes: much of them stays clear, which is said.
  expect(notes.join()).toMatch(
    /clip_60\.ismv: \d+ % of its bytes are encrypted/,
  );
});

describe("on the way", () => {
  test("nobody else can look into the work folder, and encoded rungs go when they are muxed", async ({
    scratch,
  }) => {
    const output = join(scratch, "out");
    const seen: { step: string; mode: number; encoded: boolean }[] = [];
    await pack(clip, {
      ...options(output),
      onProgress: ({ step }) => {
        for (const name of workIn(output)) {
          const work = join(output, name);
          const encoded = existsSync(join(work, "encoded"));
          seen.push({ step, mode: statSync(work).mode & 0o777, encoded });
        }
      },
    });
    expect(new Set(seen.map(({ mode }) => mode))).toEqual(new Set([0o700]));
    const stepsWith = (encoded: boolean) =>
      new Set(
        seen.filter((one) => one.encoded === encoded).map(({ step }) => step),
      );
    expect(stepsWith(true)).toEqual(new Set(["encode", "mux"]));
    expect(stepsWith(false)).toEqual(new Set(["verify"]));
  });

  test("a run that is stopped leaves nothing", async ({ scratch }) => {
    const output = join(scratch, "out");
    const stop = new AbortController();
    const run = pack(clip, {
      ...options(output),
      signal: stop.signal,
      onProgress: ({ step }) => step === "mux" && stop.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: "aborted" });
    expect(existsSync(output)).toBe(false);
  });

  test("what a killed run leaves is nobody's to go on from: the next run clears it, whatever it packages", async ({
    scratch,
  }) => {
    const output = join(scratch, "out");
    await killed(output, "mux");
    const [work = "", ...more] = workIn(output);
    expect(more).toEqual([]);
    expect(readdirSync(join(output, work))).not.toContain("journal.json");
    expect(readdirSync(join(output, work, "encoded"))).toContain("video-0.mp4");
    expect(namesIn(output).filter((name) => /\.ismc?$/.test(name))).toEqual([]);
    await pack(clip, { ...QUICK, output, name: "other", resume: true });
    expect(workIn(output)).toEqual([]);
    expect(namesIn(output)).toContain("other.ism");
  });

  test("--resume is refused before any work", async () => {
    const asked = { ...options("/nowhere/out"), resume: true };
    const refusal = {
      code: "usage",
      message: expect.stringContaining("--resume is given") as string,
    };
    await expect(pack(clip, asked)).rejects.toMatchObject(refusal);
    const { onPlan, onProgress, ...batch } = asked;
    expect([onPlan, onProgress]).toEqual([undefined, undefined]);
    await expect(packAll([clip], batch)).rejects.toMatchObject(refusal);
  });
});

test("a header that cannot be written is refused before any work", async ({
  scratch,
}) => {
  const output = join(scratch, "out");
  const protection = { ...REQUEST, laUrl: "licences" };
  await expect(
    pack(clip, { ...options(output), protection }),
  ).rejects.toMatchObject({ code: "usage" });
  expect(existsSync(output)).toBe(false);
});

test("skipExisting takes no clear package, and none of another key, for a protected one", async ({
  scratch,
}) => {
  const output = join(scratch, "out");
  await pack(clip, { ...options(output), protection: undefined });
  const skipping = { ...options(output), skipExisting: true };
  await expect(pack(clip, skipping)).rejects.toMatchObject({ code: "exists" });
  await pack(clip, { ...options(output), overwrite: true });
  expect((await pack(clip, skipping)).skipped).toBe(true);
  const protection = { ...REQUEST, laUrl: "https://other.example/" };
  await expect(pack(clip, { ...skipping, protection })).rejects.toMatchObject({
    code: "exists",
  });
});

describe("skipExisting looks at the protection that is there, not at what the stamp says it was made with", () => {
  const OTHER = contentKey(
    KID,
    KEY.map((byte) => byte ^ 0x5a),
  );
  const refusal = (difference: string) => ({
    code: "exists",
    message: expect.stringContaining(difference) as string,
  });

  test.for<[string, string, ProtectionRequest | undefined]>([
    ["opened since", "is in the clear", undefined],
    [
      "protected with another key of the same KID since",
      "is protected with another key or header",
      { ...REQUEST, contentKey: OTHER },
    ],
    [
      "given other boxes since",
      "is protected with other boxes",
      { ...REQUEST, encryption: "cenc" },
    ],
  ])("%s", async ([, difference, protection], { scratch }) => {
    const folder = (name: string) => join(scratch, name);
    const ism = (name: string) => join(scratch, name, "clip.ism");
    await pack(clip, options(folder("out")));
    const { contentKey: key } = REQUEST;
    await unprotectPackage(ism("out"), {
      ...{ output: folder("clear"), contentKey: key },
    });
    if (protection)
      await protectPackage(ism("clear"), {
        ...{ output: folder("hidden"), protection },
      });
    const there = folder(protection ? "hidden" : "clear");
    const skipping = { ...options(there), skipExisting: true };
    await expect(pack(clip, skipping)).rejects.toMatchObject(
      refusal(difference),
    );
  });

  test("protected since, and nothing is said of protection", async ({
    scratch,
  }) => {
    const clear = { ...options(join(scratch, "clear")), protection: undefined };
    await pack(clip, clear);
    const output = join(scratch, "hidden");
    await protectPackage(join(scratch, "clear", "clip.ism"), {
      ...{ output, protection: REQUEST },
    });
    await expect(
      pack(clip, { ...clear, output, skipExisting: true }),
    ).rejects.toMatchObject(refusal("is protected"));
  });
});

/** A run in a process that is killed when a step begins. */
async function killed(output: string, killIn: string): Promise<void> {
  const order = {
    ...{ what: "pack", input: clip, killIn },
    options: { ...QUICK, output, name: "clip" },
  };
  const child = spawn(process.execPath, [RUN, JSON.stringify(order)]);
  const signal = await new Promise((resolve) =>
    child.once("close", (_, signal) => resolve(signal)),
  );
  expect(signal).toBe("SIGKILL");
}
