import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import type * as fs from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, vi } from "vitest";
import { findBundled } from "../../src/ffmpeg/bundled.js";
import { CANNOT_FAKE, test } from "../support/scratch-folder.js";

/** Nothing can be made executable whose path contains this. */
const fixed = vi.hoisted((): { part: string | undefined } => ({
  part: undefined,
}));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof fs>();
  const chmod: typeof fs.chmod = (path, mode) =>
    fixed.part !== undefined && String(path).includes(fixed.part)
      ? Promise.reject(new Error("EPERM"))
      : real.chmod(path, mode);
  return { ...real, chmod };
});

afterEach(() => {
  fixed.part = undefined;
  vi.unstubAllEnvs();
});

/** What npm has put into a folder: a package for each platform. */
function installation(folder: string, ...platforms: readonly string[]) {
  for (const platform of platforms)
    mkdirSync(join(folder, "@ffmpeg-installer", platform), { recursive: true });
  const resolve = (file: string) => {
    if (platforms.some((one) => file.includes(one))) return join(folder, file);
    throw new Error("MODULE_NOT_FOUND");
  };
  return { platform: "linux-x64", resolve };
}

/** The program of an installation, as npm may unpack it. */
function notExecutable(folder: string): string {
  const path = join(folder, "@ffmpeg-installer", "linux-x64", "ffmpeg");
  writeFileSync(path, "#!/bin/sh\n", { mode: 0o644 });
  return path;
}

describe.skipIf(CANNOT_FAKE)("the ffmpeg of npm", () => {
  test("is told as not installed where npm left it out", async ({
    scratch,
  }) => {
    expect(await findBundled("ffmpeg", installation(scratch))).toEqual({
      lacks: expect.stringMatching(
        /^is not installed .*--omit=optional/,
      ) as string,
    });
  });

  test("is told as another platform's in node_modules that were copied", async ({
    scratch,
  }) => {
    const copied = installation(scratch, "darwin-arm64");
    expect(await findBundled("ffmpeg", copied)).toEqual({
      lacks: "was installed for darwin-arm64, and this is linux-x64",
    });
  });

  test("is told as one that does not exist for a rare platform", async ({
    scratch,
  }) => {
    const rare = { ...installation(scratch), platform: "linux-riscv64" };
    expect(await findBundled("ffmpeg", rare)).toEqual({
      lacks: "does not exist for linux-riscv64",
    });
  });

  test("is told as lost where its package has no program", async ({
    scratch,
  }) => {
    const installed = installation(scratch, "linux-x64");
    const path = join(scratch, "@ffmpeg-installer", "linux-x64", "ffmpeg");
    const lacks = `has lost its program (no ${path})`;
    expect(await findBundled("ffmpeg", installed)).toEqual({ lacks });
    symlinkSync("/nowhere", path);
    expect(await findBundled("ffmpeg", installed)).toEqual({ lacks });
  });

  test("is made executable where npm ran no script", async ({ scratch }) => {
    const installed = installation(scratch, "linux-x64");
    const path = notExecutable(scratch);
    expect(await findBundled("ffmpeg", installed)).toEqual({ path });
    expect(statSync(path).mode & 0o111).toBe(0o111);
  });

  test("is run from a copy where it belongs to somebody else, made once", async ({
    scratch,
  }) => {
    const installed = installation(scratch, "linux-x64");
    notExecutable(scratch);
    vi.stubEnv("XDG_CACHE_HOME", join(scratch, "cache"));
    fixed.part = "@ffmpeg-installer";
    const size = "#!/bin/sh\n".length;
    const copy = join(scratch, "cache", "mss-pack", String(size), "ffmpeg");
    expect(await findBundled("ffmpeg", installed)).toEqual({ path: copy });
    expect(statSync(copy).mode & 0o111).toBe(0o111);
    fixed.part = "";
    expect(await findBundled("ffmpeg", installed)).toEqual({ path: copy });
  });

  test("is told as not executable where nothing can make it so", async ({
    scratch,
  }) => {
    const installed = installation(scratch, "linux-x64");
    const path = notExecutable(scratch);
    fixed.part = "";
    vi.stubEnv("XDG_CACHE_HOME", join(scratch, "cache"));
    expect(await findBundled("ffmpeg", installed)).toEqual({
      lacks: `is not executable, and neither it nor a copy can be made so (${path}: EPERM)`,
    });
  });
});
