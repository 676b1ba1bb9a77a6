import { mkdir, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, vi } from "vitest";
import { doctorCommand } from "../../src/cli/show-commands.js";
import type { BundledProgram } from "../../src/ffmpeg/bundled.js";
import {
  describeTools,
  findTools,
  listEncoders,
  requireEncoders,
} from "../../src/ffmpeg/find.js";
import { packAll, plan } from "../../src/index.js";
import { hex } from "../support/hex-bytes.js";
import {
  CANNOT_FAKE,
  fakeProgram,
  test,
  writeTo,
} from "../support/scratch-folder.js";

/** What npm has brought: nothing, where a test does not put it there. */
const ofNpm = vi.hoisted((): { bundled: BundledProgram } => ({
  bundled: { lacks: "is not installed" },
}));
vi.mock(import("../../src/ffmpeg/bundled.js"), async (original) => ({
  ...(await original()),
  findBundled: () => Promise.resolve(ofNpm.bundled),
}));

const X264 = " V....D libx264              libx264 H.264 / AVC";
const AAC = " A....D aac                  AAC (Advanced Audio Coding)";
const VP9 = " V....D libvpx-vp9           libvpx VP9";

const NEEDED = ["libx264", "aac"];

/** Stands in for an ffmpeg of this version, with these lines in its list of encoders. */
async function fakeFfmpeg(
  folder: string,
  version: string,
  ...encoders: string[]
): Promise<string> {
  await mkdir(folder, { recursive: true });
  return fakeProgram(
    folder,
    "ffmpeg",
    `echo 'ffmpeg version ${version} Copyright (c)' >&2`,
    ...["Encoders:", " V..... = Video", " ------", ...encoders].map(
      (line) => `echo '${line}'`,
    ),
  );
}

async function fakeFfprobe(folder: string, version: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return fakeProgram(
    folder,
    "ffprobe",
    `echo 'ffprobe version ${version} Copy'`,
  );
}

function setPath(...folders: string[]): void {
  vi.stubEnv("PATH", folders.join(delimiter));
}

beforeEach(() => {
  vi.stubEnv("FFMPEG_PATH", undefined);
  vi.stubEnv("FFPROBE_PATH", undefined);
});

afterEach(() => {
  ofNpm.bundled = { lacks: "is not installed" };
  vi.unstubAllEnvs();
});

describe.skipIf(CANNOT_FAKE)("an ffmpeg on the PATH", () => {
  test("is taken with the ffprobe beside it", async ({ scratch }) => {
    const ffmpeg = await fakeFfmpeg(scratch, "5.1.9-0+deb12u1", X264, AAC);
    const ffprobe = await fakeFfprobe(scratch, "N-47683-g0e8eb07980-static");
    setPath(scratch);
    const tools = await findTools({}, NEEDED);
    expect(tools).toEqual({
      ffmpeg: { path: ffmpeg, version: "5.1.9-0+deb12u1", origin: "PATH" },
      ffprobe: {
        path: ffprobe,
        version: "N-47683-g0e8eb07980-static",
        origin: "PATH",
      },
    });
    expect(describeTools(tools)).toBe(
      `ffmpeg 5.1.9-0+deb12u1 (PATH: ${ffmpeg}), ffprobe N-47683-g0e8eb07980-static (PATH)`,
    );
  });

  test("without libx264 is passed over", async ({ scratch }) => {
    const [poor, good] = [join(scratch, "poor"), join(scratch, "good")];
    await fakeFfmpeg(poor, "6.0", VP9, AAC);
    await fakeFfprobe(poor, "6.0");
    const ffmpeg = await fakeFfmpeg(good, "4.4", X264, AAC);
    const ffprobe = await fakeFfprobe(good, "4.4");
    setPath(poor, good);
    const tools = await findTools({}, NEEDED);
    expect([tools.ffmpeg.path, tools.ffprobe.path]).toEqual([ffmpeg, ffprobe]);
  });

  test("is taken by those who need none of its encoders", async ({
    scratch,
  }) => {
    const ffmpeg = await fakeFfmpeg(scratch, "6.0", VP9);
    await fakeFfprobe(scratch, "6.0");
    setPath(scratch);
    const tools = await findTools();
    expect(tools.ffmpeg.path).toBe(ffmpeg);
    await rm(ffmpeg); // what it has told is enough
    await requireEncoders(tools.ffmpeg, ["libvpx-vp9"]);
    await expect(requireEncoders(tools.ffmpeg, NEEDED)).rejects.toMatchObject({
      code: "tool",
      message: `No ffmpeg that can be used. ${ffmpeg}: has no encoder libx264, aac.`,
      hint: expect.stringMatching(/^Install ffmpeg .* on PATH/) as string,
    });
  });

  test("is told with its reason when none is good", async ({ scratch }) => {
    const [poor, broken] = [join(scratch, "poor"), join(scratch, "broken")];
    const first = await fakeFfmpeg(poor, "6.0", VP9);
    await mkdir(broken);
    const second = await fakeProgram(
      broken,
      "ffmpeg",
      "echo 'libx.so: cannot open' >&2; exit 127",
    );
    setPath(poor, broken);
    await expect(findTools({}, NEEDED)).rejects.toMatchObject({
      code: "tool",
      message: `No ffmpeg that can be used. ${first}: has no encoder libx264, aac; ${second}: libx.so: cannot open; the one of npm is not installed.`,
      hint: expect.stringMatching(
        /^Install ffmpeg .* on PATH, or name one with --ffmpeg .* npm ci --include=optional/,
      ) as string,
    });
  });

  test("is missed when there is none at all", async ({ scratch }) => {
    setPath(scratch, "");
    await expect(findTools({}, NEEDED)).rejects.toMatchObject({
      code: "tool",
      message:
        "No ffmpeg that can be used. None on PATH; the one of npm is not installed.",
    });
  });
});

describe.skipIf(CANNOT_FAKE)("the ffmpeg of npm", () => {
  test("is taken where there is none on the PATH", async ({ scratch }) => {
    const path = await fakeFfmpeg(scratch, "4.1", X264, AAC);
    await fakeFfprobe(scratch, "4.1");
    setPath("");
    ofNpm.bundled = { path };
    const tools = await findTools({}, NEEDED);
    expect(tools.ffmpeg).toMatchObject({ path, origin: "bundled" });
  });

  test("is told with its place when it does not work", async ({ scratch }) => {
    const broken = "echo 'libx.so: cannot open' >&2; exit 127";
    const path = await fakeProgram(scratch, "ffmpeg", broken);
    setPath("");
    ofNpm.bundled = { path };
    await expect(findTools({}, NEEDED)).rejects.toThrow(
      `No ffmpeg that can be used. None on PATH; the one of npm (${path}) does not work: libx.so: cannot open.`,
    );
  });
});

describe.skipIf(CANNOT_FAKE)("an ffmpeg that the user names", () => {
  test("is taken before any other, from the setting or from FFMPEG_PATH", async ({
    scratch,
  }) => {
    const [own, other] = [join(scratch, "own"), join(scratch, "other")];
    const ffmpeg = await fakeFfmpeg(own, "7.1", X264, AAC);
    const ffprobe = await fakeFfprobe(other, "4.4");
    const onPath = await fakeFfmpeg(other, "4.4", X264, AAC);
    setPath(other);
    vi.stubEnv("FFMPEG_PATH", ffmpeg);
    const named = await findTools({}, NEEDED);
    expect(named.ffmpeg).toMatchObject({ path: ffmpeg, origin: "given" });
    // It has no ffprobe beside it.
    expect(named.ffprobe).toMatchObject({ path: ffprobe, origin: "PATH" });
    const chosen = await findTools({ ffmpegPath: onPath }, NEEDED);
    expect(chosen.ffmpeg).toMatchObject({ path: onPath, origin: "given" });
  });

  test("never falls through to another when it is no program", async ({
    scratch,
  }) => {
    await fakeFfmpeg(scratch, "5.1", X264, AAC);
    await fakeFfprobe(scratch, "5.1");
    setPath(scratch);
    const letter = await writeTo(scratch, "letter.txt", hex`'Dear diary'`);
    for (const path of [letter, join(scratch, "none"), scratch]) {
      vi.stubEnv("FFMPEG_PATH", path);
      await expect(findTools({}, NEEDED)).rejects.toMatchObject({
        code: "tool",
        message: expect.stringContaining(
          `${path}: cannot be used as ffmpeg (`,
        ) as string,
        hint: "Correct --ffmpeg or FFMPEG_PATH, or leave it out.",
      });
      await expect(findTools({}, NEEDED)).rejects.not.toThrow(
        new RegExp(`${path}.*${path}|\\.\\)\\.$`),
      );
    }
  });

  test("never falls through when it is another program, or has no libx264", async ({
    scratch,
  }) => {
    await fakeFfmpeg(scratch, "5.1", X264, AAC);
    setPath(scratch);
    const other = await fakeProgram(scratch, "true", "exit 0");
    vi.stubEnv("FFMPEG_PATH", other);
    await expect(findTools({}, NEEDED)).rejects.toThrow(
      `${other}: cannot be used as ffmpeg (-encoders ended with exit code 0).`,
    );
    const poor = await fakeFfmpeg(join(scratch, "poor"), "6.0", AAC);
    vi.stubEnv("FFMPEG_PATH", poor);
    const words = `${poor}: cannot be used as ffmpeg (has no encoder libx264).`;
    await expect(findTools({}, NEEDED)).rejects.toThrow(words);
    const found = { path: poor, version: "6.0", origin: "given" } as const;
    await expect(requireEncoders(found, NEEDED)).rejects.toThrow(words);
  });

  test("and an ffprobe that the user names does not either", async ({
    scratch,
  }) => {
    await fakeFfmpeg(scratch, "5.1", X264, AAC);
    await fakeFfprobe(scratch, "5.1");
    setPath(scratch);
    vi.stubEnv("FFPROBE_PATH", "/nowhere/ffprobe");
    await expect(findTools({}, NEEDED)).rejects.toMatchObject({
      code: "tool",
      message: expect.stringContaining(
        "/nowhere/ffprobe: cannot be used as ffprobe (",
      ) as string,
      hint: "Correct --ffprobe or FFPROBE_PATH, or leave it out.",
    });
  });
});

test.skipIf(CANNOT_FAKE)(
  "an ffmpeg that lacks what a preset asks for is refused before any input is looked at, and by doctor",
  async ({ scratch }) => {
    const ffmpegPath = await fakeFfmpeg(scratch, "6.0", AAC);
    await fakeFfprobe(scratch, "6.0");
    const refusal = {
      code: "tool",
      message: `${ffmpegPath}: cannot be used as ffmpeg (has no encoder libx264).`,
    };
    const none = join(scratch, "none.mp4");
    await expect(plan(none, { ffmpegPath })).rejects.toMatchObject(refusal);
    const output = join(scratch, "out");
    await expect(packAll([none], { ffmpegPath, output })).rejects.toMatchObject(
      refusal,
    );
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    await expect(doctorCommand({ ffmpeg: ffmpegPath })).rejects.toMatchObject(
      refusal,
    );
    vi.restoreAllMocks();
  },
);

test.skipIf(CANNOT_FAKE)(
  "encoders are read from old and new lists alike",
  async ({ scratch }) => {
    const old = " V..... libx264 old";
    const ffmpeg = await fakeFfmpeg(scratch, "2.8", old, AAC);
    const encoders = await listEncoders(ffmpeg);
    expect(encoders).toContain("libx264");
    expect(encoders).toContain("aac");
    expect(encoders).not.toContain("Encoders:");
  },
);
