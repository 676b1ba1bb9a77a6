import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeClip } from "../support/clip.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const clip = await makeClip(join(folder, "clip.mp4"), { seconds: 1 });
const out = join(folder, "out");
mkdirSync(join(folder, "files"));
writeFileSync(join(folder, "files", "text.mp4"), "This is no film.\n");
writeFileSync(join(folder, "files", "empty.mp4"), "");
writeFileSync(
  join(folder, "preset.json"),
  '{"rungs":[{"name":"a","width":640,"height":360,"bitrate":"3500x"}],"audio":{"bitrate":"128k"}}',
);
const file = (name: string) => join(folder, "files", name);

describe("one clear sentence and a true exit code", () => {
  test.each([
    ["no arguments", [], 2, "No input. Expected media files"],
    ["no output folder", [clip], 2, "Expected -o FOLDER"],
    [
      "an unknown option",
      [clip, "-o", out, "--bogus"],
      2,
      "unknown option '--bogus'",
    ],
    [
      "a wrong rung",
      [clip, "-o", out, "--rung", "1080:5000k"],
      2,
      '--rung is "1080:5000k". Expected SIZE:AVERAGE[:PEAK]',
    ],
    [
      "an unknown rung to drop",
      [clip, "-o", out, "--drop", "90p"],
      2,
      '--drop is "90p". Expected one of 1080p, 720p, 480p',
    ],
    [
      "an unknown preset",
      [clip, "-o", out, "--preset", "hd"],
      2,
      'No preset "hd". Known: apple',
    ],
    [
      "a wrong preset file",
      [clip, "-o", out, "--preset", join(folder, "preset.json")],
      2,
      'Preset preset: rungs[0].bitrate is "3500x". Expected bits per second, such as 3500000 or "3500k".',
    ],
    [
      "a name that leads elsewhere",
      [clip, "-o", out, "--name", "../up"],
      2,
      'The package\'s name is "../up". Expected a file name without slashes',
    ],
    [
      "a file as output folder",
      [clip, "-o", clip],
      2,
      "is a file. Expected a folder",
    ],
    ["a missing input", [file("nothing.mp4"), "-o", out], 3, "cannot be read"],
    ["an empty output folder", [clip, "-o", ""], 2, "Expected -o FOLDER"],
    ["a folder to inspect", ["inspect", folder], 3, "it is not a file"],
    [
      "an empty file to inspect",
      ["inspect", file("empty.mp4")],
      3,
      "is empty (0 bytes)",
    ],
    ["a folder as input", [folder, "-o", out], 3, "is not a file"],
    ["an empty input", [file("empty.mp4"), "-o", out], 3, "is empty (0 bytes)"],
    [
      "a text file called .mp4",
      [file("text.mp4"), "-o", out],
      3,
      "is not a media file that ffprobe can read",
    ],
    [
      "an ffmpeg that is none",
      [clip, "-o", out, "--ffmpeg", clip],
      8,
      "cannot be used as ffmpeg",
    ],
    [
      "no package to verify",
      ["verify", file("nothing.ism")],
      3,
      "cannot be read",
    ],
    ["verify of a film", ["verify", clip], 3, "is not a server manifest"],
    ["inspect of a text", ["inspect", file("text.mp4")], 3, "no box at byte 0"],
  ] as const)("%s", async (_, args, exitCode, sentence) => {
    const result = await mssPack(args);
    expect(result.stderr).toContain(sentence);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(result.exitCode).toBe(exitCode);
    expect(existsSync(out)).toBe(false);
  });
});

test("--json tells an error on stdout too, with code, exit and facts", async () => {
  const { stdout, exitCode } = await mssPack([
    clip,
    "-o",
    out,
    "--json",
    "--drop",
    "90p",
  ]);
  expect(exitCode).toBe(2);
  expect(jsonLines(stdout)).toEqual([
    expect.objectContaining({
      type: "error",
      code: "usage",
      exit: 2,
      facts: expect.objectContaining({ option: "--drop" }) as unknown,
    }),
  ]);
});

test("--json tells a wrong option too", async () => {
  const { stdout } = await mssPack(["--json", "--bogus"]);
  expect(jsonLines(stdout)).toEqual([
    expect.objectContaining({ type: "error", code: "usage" }),
  ]);
});

test("--debug shows where an error comes from", async () => {
  const { stderr } = await mssPack([file("nothing.mp4"), "-o", out, "--debug"]);
  expect(stderr).toMatch(/^\s+at .*probe/m);
});

describe.skipIf(process.platform === "win32")(
  "when ffmpeg fails half way",
  () => {
    /** Passes the checks, then fails with ffmpeg's kind of words. */
    const broken = join(folder, "broken-ffmpeg");
    writeFileSync(
      broken,
      `#!/bin/sh
case "$*" in
  *-encoders*) echo "ffmpeg version 9.9" >&2; echo " V..... libx264 "; echo " A..... aac "; exit 0;;
esac
echo "[libx264 @ 0x1] the cause of it all" >&2
exit 1
`,
    );
    chmodSync(broken, 0o755);

    test("its last words and the command are told, and nothing is left", async () => {
      const ffprobe = process.env["FFPROBE_PATH"];
      const tools = [
        "--ffmpeg",
        broken,
        ...(ffprobe ? ["--ffprobe", ffprobe] : []),
      ];
      const result = await mssPack([clip, "-o", out, ...tools]);
      expect(result.stderr).toContain("[libx264 @ 0x1] the cause of it all");
      expect(result.stderr).toContain("-filter_complex");
      expect(result.exitCode).toBe(4);
      expect(existsSync(out)).toBe(false);
    });
  },
);

describe.skipIf(process.platform === "win32")("stopped by a signal", () => {
  const long = join(folder, "long.mp4");

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "%s stops ffmpeg, removes what was written and exits with %i",
    async (signal, exitCode) => {
      if (!existsSync(long))
        await makeClip(long, { size: "1280x720", seconds: 20 });
      const stopped = join(folder, `stopped-${signal}`);
      const result = await mssPack(
        [long, "-o", stopped, "--encoder-preset", "veryslow", "--json"],
        {
          onStart: (child) =>
            child.stdout?.on("data", (text: string) => {
              if (text.includes('"progress"')) child.kill(signal);
            }),
        },
      );
      expect(result.exitCode).toBe(exitCode);
      expect(jsonLines(result.stdout).at(-1)).toMatchObject({
        type: "error",
        code: "aborted",
        exit: exitCode,
      });
      expect(existsSync(stopped)).toBe(false);
    },
  );

  test("a folder that was there stays, empty of ours", async () => {
    const stopped = join(folder, "stays");
    mkdirSync(stopped);
    writeFileSync(join(stopped, "mine.txt"), "mine");
    await mssPack(
      [long, "-o", stopped, "--encoder-preset", "veryslow", "--json"],
      {
        onStart: (child) =>
          child.stdout?.on("data", () => child.kill("SIGINT")),
      },
    );
    expect(readdirSync(stopped)).toEqual(["mine.txt"]);
  });
});
