import { cp, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import {
  faultsIn,
  pack,
  protectPackage,
  serve,
  verify,
  type PackOptions,
} from "../../src/index.js";
import { readStamp, STAMP_FORM } from "../../src/output/stamp.js";
import { REQUEST } from "../drm/package.js";
import { fixture } from "../support/fixtures.js";
import { test } from "../support/scratch-folder.js";

/** Made before stamps had forms; test/fixtures/README.md tells how. */
const OLDER = fixture("older");
const ISM = join(OLDER, "clip.ism");

const SETTINGS = {
  ...{ encoderPreset: "ultrafast", audioBitrate: "24k" },
  ...{ gopSeconds: 1, reproducible: true, skipExisting: true },
} as const satisfies Partial<PackOptions>;

test("a package of an older mss-pack is verified, and its stamp is read", async () => {
  expect((await verify(ISM)).findings).toEqual([]);
  expect(await readStamp(ISM)).toMatchObject({ form: 1, version: "0.1.0" });
});

test("it is served", async () => {
  const origin = await serve(OLDER, { port: 0, accessLog: false });
  try {
    const { status } = await fetch(new URL("clip.ism/Manifest", origin.url));
    expect(status).toBe(200);
  } finally {
    await origin.close();
  }
});

test("it is protected", async ({ scratch }) => {
  const { manifest, protection } = await protectPackage(ISM, {
    ...{ output: scratch, protection: REQUEST },
  });
  expect(protection).toBeDefined();
  expect(faultsIn((await verify(manifest)).findings)).toEqual([]);
});

test("with --skip-existing its stamp is said to be of an older form", async ({
  scratch,
}) => {
  const output = join(scratch, "out");
  await cp(OLDER, output, { recursive: true });
  const input = join(scratch, "clip.mp4");
  await copyFile(join(OLDER, "clip.mp4"), input);
  await expect(pack(input, { output, ...SETTINGS })).rejects.toMatchObject({
    code: "exists",
    message: expect.stringContaining(
      `It has a stamp of an older form (1, by mss-pack 0.1.0; expected ${STAMP_FORM}): whether its settings are the same cannot be told.`,
    ) as string,
  });
  const again = { output, ...SETTINGS, overwrite: true };
  expect((await pack(input, again)).skipped).toBe(false);
  expect((await pack(input, again)).skipped).toBe(true);
});

test("with other rungs it is said to be of other rungs, as before", async ({
  scratch,
}) => {
  await cp(OLDER, scratch, { recursive: true });
  const input = join(OLDER, "clip.mp4");
  const options = { ...SETTINGS, audioBitrate: "32k", output: scratch };
  await expect(pack(input, options)).rejects.toMatchObject({
    code: "exists",
    message: expect.stringContaining(
      "has clip_eng_24.isma and lacks clip_eng_32.isma",
    ) as string,
  });
});
