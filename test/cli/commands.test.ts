import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeClip } from "../support/clip.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { patchFile, payloadOf, replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const clip = await makeClip(join(folder, "clip.mp4"), {
  size: "1280x720",
  seconds: 1,
  rate: "30000/1001",
});

describe("plan", () => {
  test("tells rungs kept and skipped, grid, fragments, size and the ffmpeg command", async () => {
    const { stdout, exitCode } = await mssPack(["plan", clip]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "29.97 fps, a key frame every 60 frames (2.002 s)",
    );
    expect(stdout).toMatch(
      /720p +1280x720 +2800 kbit\/s, at most 4200, high 3.1 -> clip_2800.ismv/,
    );
    expect(stdout).toContain("1080p: larger than the source (1280x720)");
    expect(stdout).toContain("Fragments: 1 in each track");
    expect(stdout).toMatch(/^ {2}ffmpeg .*-filter_complex .*-g 60 /m);
  });

  test("as JSON is one object with the plan and the commands", async () => {
    const { stdout } = await mssPack(["plan", clip, "--json", "--two-pass"]);
    const object = JSON.parse(stdout) as {
      plan: { skipped: unknown[] };
      commands: string[][];
    };
    expect(object.plan.skipped).toHaveLength(1);
    expect(object.commands).toHaveLength(2);
  });
});

describe("verify", () => {
  test("says that a right package is right", async () => {
    const { ism } = await writeFixturePackage(folder);
    const { stdout, exitCode } = await mssPack(["verify", ism]);
    expect(stdout).toContain("clip.ism: valid, 0:05");
    expect(exitCode).toBe(0);
  });

  test("names a fault and exits with 5", async () => {
    const written = await writeFixturePackage(folder);
    replaceText(
      join(written.folder, "clip.ismc"),
      'Duration="51200000"',
      'Duration="1"',
    );
    const { stdout, exitCode } = await mssPack(["verify", written.ism]);
    expect(stdout).toContain(
      "fault: clip.ismc: Duration is 1, expected 51200000.",
    );
    expect(exitCode).toBe(5);
  });

  test("tells a note of a package that is right all the same", async () => {
    const written = await writeFixturePackage(folder);
    patchFile(join(written.folder, "clip_60.ismv"), (bytes) => {
      // All pictures of a fragment are called sync samples.
      bytes.writeUInt32BE(0x02000000, payloadOf(bytes, "tfhd", 2) + 8);
    });
    const { stdout, exitCode } = await mssPack(["verify", written.ism]);
    expect(stdout).toContain("clip.ism: valid, 0:05");
    expect(stdout).toMatch(/^note: clip_60\.ismv, fragment 2: /m);
    expect(exitCode).toBe(0);
  });

  test("as JSON lists findings with rule, file, fragment, found and expected", async () => {
    const written = await writeFixturePackage(folder);
    patchFile(join(written.folder, "clip_60.ismv"), (bytes) => {
      bytes.writeUInt32BE(7, payloadOf(bytes, "tfhd") + 4);
    });
    const { stdout } = await mssPack([
      "verify",
      written.ism,
      "--quick",
      "--json",
    ]);
    const [report, error] = jsonLines(stdout);
    expect(error).toMatchObject({
      type: "error",
      code: "verify",
      facts: { findings: 1 },
    });
    expect(report?.["findings"]).toEqual([
      {
        level: "fault",
        rule: "track-id",
        file: "clip_60.ismv",
        fragment: 1,
        message: "track_ID in tfhd",
        found: 7,
        expected: 1,
      },
    ]);
  });
});

test("inspect shows boxes and fields, nested", async () => {
  const written = await writeFixturePackage(folder);
  const { stdout } = await mssPack([
    "inspect",
    join(written.folder, "clip_eng_48.isma"),
  ]);
  expect(stdout).toContain("[ftyp] at 0, 24 bytes\n  major_brand: isml\n");
  expect(stdout).toMatch(/ {4}\[tfhd\] at \d+, 20 bytes\n {6}flags: 32\n/);
});

test("inspect shows the elements of a manifest, ours or in UTF-16, whatever it is called", async () => {
  const { folder: written } = await writeFixturePackage(folder);
  const shown = await mssPack(["inspect", join(written, "clip.ismc")]);
  expect(shown.stdout).toMatch(
    /^<SmoothStreamingMedia> MajorVersion="2" .*\n {2}<StreamIndex> Type="video" /,
  );
  expect(shown.stdout).toMatch(/\n {4}<c> d="20000000"\n/);
  const copy = join(folder, "copy.txt");
  const text = readFileSync(join(written, "clip.ism"), "utf8");
  writeFileSync(
    copy,
    `\ufeff${text.replace(/encoding="[^"]*"/, "")}`,
    "utf16le",
  );
  const json = await mssPack(["inspect", copy, "--json"]);
  expect(jsonLines(json.stdout)).toMatchObject([
    {
      type: "manifest",
      element: "smil",
      elements: [{ element: "head" }, { element: "body" }],
    },
  ]);
  writeFileSync(copy, "<smil><body></smil>");
  const broken = await mssPack(["inspect", copy]);
  expect(broken.stderr).toMatch(
    /copy\.txt: not well-formed XML at line:column/,
  );
  expect(broken.exitCode).toBe(3);
});

test("inspect says nothing when its reader has seen enough", async () => {
  const args = ["inspect", join(folder, "long.mp4")];
  const box = Buffer.from("00000010667265650000000000000000", "hex");
  writeFileSync(
    args[1] ?? "",
    Buffer.concat(Array.from({ length: 20_000 }, () => box)),
  );
  const { exitCode, stderr } = await mssPack(args, {
    onStart: (child) =>
      child.stdout?.once("data", () => child.stdout?.destroy()),
  });
  expect([exitCode, stderr]).toEqual([0, ""]);
});

test("presets lists seven ladders, and prints one as JSON that is a preset again", async () => {
  const { stdout } = await mssPack(["presets"]);
  const names = [...stdout.matchAll(/^([a-z0-9-]+): /gm)].map(
    (match) => match[1],
  );
  expect(names).toEqual([
    "apple",
    "azure-1080p",
    "cbr",
    "low-bandwidth",
    "smooth-1080p",
    "smooth-480p",
    "smooth-720p",
  ]);
  const line = await mssPack(["presets", "cbr", "--json"]);
  expect(jsonLines(line.stdout)).toMatchObject([{ name: "cbr" }]);
  const one = await mssPack(["presets", "cbr"]);
  expect(JSON.parse(one.stdout)).toMatchObject({
    name: "cbr",
    fragmentSeconds: 2,
  });
});

test("doctor tells versions, where ffmpeg comes from, encoders and disk", async () => {
  const { stdout, exitCode } = await mssPack(["doctor"]);
  expect(stdout).toMatch(/^ffmpeg {4}\S+ \((PATH|bundled|given): /m);
  expect(stdout).toContain("encoders  libx264, aac");
  expect(stdout).toMatch(/^disk .* free here$/m);
  expect(exitCode).toBe(0);
});

test("--help shows examples, and help messages every exit code", async () => {
  const help = await mssPack(["--help"]);
  expect(help.stdout).toContain("mss-pack film.mp4 -o out/");
  const { stdout, exitCode } = await mssPack(["help", "messages"]);
  for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 130])
    expect(stdout).toMatch(new RegExp(`^ +${code} {2}\\w`, "m"));
  expect(exitCode).toBe(0);
});

test("--version is the version of the package", async () => {
  const { stdout } = await mssPack(["--version"]);
  const { default: manifest } = await import("../../package.json", {
    with: { type: "json" },
  });
  expect(stdout).toBe(`${manifest.version}\n`);
});
