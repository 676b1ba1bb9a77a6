import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  addStreams,
  pack,
  type PackOptions,
  protectPackage,
  removeStreams,
  unprotectPackage,
  verify,
} from "../../src/index.js";
import { REQUEST } from "../drm/package.js";
import { QUICK } from "../support/films.js";
import {
  FOUR,
  makeFourColours,
  thumbnailsIn,
} from "../support/four-colours.js";
import { tempFolder } from "../support/temp.js";

const root = tempFolder();
const path = (name: string) => join(root, name);

/** Films of eight seconds in four colours with three chapters. */
beforeAll(async () => {
  // Its clock begins at 1.5 s, for picture and chapters.
  await makeFourColours(path("film.mkv"), 1500, ["-output_ts_offset", "1.5"]);
  const copyable = ["-g", "25", "-bf", "2"];
  await makeFourColours(path("film.mp4"), 0, copyable);
  await makeFourColours(path("late.mp4"), 0, [
    ...copyable,
    ...["-output_ts_offset", "1.5"],
  ]);
}, 60_000);

const packed = (
  output: string,
  more: Partial<PackOptions> = {},
  film = "film.mkv",
) => pack(path(film), { output: path(output), ...QUICK, ...more });

const text = (...parts: string[]) => readFileSync(path(join(...parts)), "utf8");

describe("chapters and thumbnails", () => {
  test("stand beside the media at their times, and the .ism names them", async () => {
    const { files, report, plan } = await packed("both", {
      thumbnailSeconds: 2,
    });
    expect(report.findings).toEqual([]);
    expect(text("both", "film.chapters.vtt")).toBe(
      `WEBVTT

00:00:00.000 --> 00:00:02.500
Red &amp; &lt;green&gt;

00:00:02.500 --> 00:00:06.000
Příběh --&gt; dál

00:00:06.000 --> 00:00:08.000
Chapter 3
`,
    );
    expect(await thumbnailsIn(path("both"))).toEqual(FOUR);
    const names = ["film.chapters.vtt", "film.thumbs.vtt", "film.thumbs.jpg"];
    expect(files.map(({ file }) => file)).toEqual([
      ...["film_60.ismv", ...names, "film.ismc", "film.ism"],
    ]);
    expect(
      [
        ...text("both", "film.ism").matchAll(
          /sidecarRelativePath" content="(.*?)"/g,
        ),
      ].map(([, name]) => name),
    ).toEqual(names);
    expect(plan.chapters?.list).toHaveLength(3);
  });

  test.for([
    { film: "film.mp4", clock: "0" },
    { film: "late.mp4", clock: "1.5 s" },
  ])(
    "of a copied picture are taken at its own key frames: $film, whose clock begins at $clock",
    async ({ film }) => {
      const folder = `copied-${film}`;
      const copy = ["video"] as const;
      await packed(folder, { thumbnailSeconds: 2, copy, name: "film" }, film);
      expect(await thumbnailsIn(path(folder))).toEqual(FOUR);
    },
  );

  test("of a part of a copied picture are those of the part", async () => {
    const copy = ["video"] as const;
    const part = {
      thumbnailSeconds: 2,
      copy,
      start: 2.5,
      end: 5.5,
      name: "film",
    };
    await packed("copied-part", part, "film.mp4");
    expect(await thumbnailsIn(path("copied-part"))).toEqual([
      ["00:00:00.000", "lime"],
      ["00:00:02.000", "blue"],
    ]);
  });

  test("are the same bytes on every run", async () => {
    await packed("again", { thumbnailSeconds: 2 });
    for (const name of [
      "film.chapters.vtt",
      "film.thumbs.vtt",
      "film.thumbs.jpg",
    ])
      expect(text("again", name)).toBe(text("both", name));
  });

  test("belong to the package: another choice is another package, and replaces all of it", async () => {
    const same = { thumbnailSeconds: 2, skipExisting: true };
    expect((await packed("both", same)).skipped).toBe(true);
    await expect(packed("both", { skipExisting: true })).rejects.toThrow(
      "it has film.thumbs.vtt, film.thumbs.jpg",
    );
    rmSync(path("both/film.chapters.vtt"));
    await expect(packed("both", same)).rejects.toThrow(
      "is not complete: film.chapters.vtt is missing",
    );
    await packed("both", { overwrite: true });
    expect(readdirSync(path("both")).sort()).toEqual([
      ...["film.chapters.vtt", "film.ism", "film.ismc", "film_60.ismv"],
    ]);
  });
});

describe("a finished package", () => {
  const bytes = (folder: string) =>
    Object.fromEntries(
      readdirSync(path(folder)).map((name) => [name, text(folder, name)]),
    );

  test("takes them along when it is protected, says that pictures stay in the clear, and gives them back", async () => {
    const { notes } = await protectPackage(path("again/film.ism"), {
      output: path("locked"),
      protection: REQUEST,
    });
    expect(notes).toContain(
      "film.thumbs.jpg: thumbnails are pictures of the film in the clear",
    );
    await unprotectPackage(path("locked/film.ism"), {
      output: path("unlocked"),
      contentKey: REQUEST.contentKey,
    });
    expect(bytes("unlocked")).toEqual(bytes("again"));
  });

  test("says so when it is encoded and protected at once", async () => {
    const { notes } = await packed("at-once", {
      thumbnailSeconds: 4,
      protection: REQUEST,
    });
    expect(notes).toContain(
      "film.thumbs.jpg: thumbnails are pictures of the film in the clear",
    );
    expect(await thumbnailsIn(path("at-once"))).toHaveLength(2);
  });

  test("keeps them when it gets and loses a stream", async () => {
    const before = bytes("again");
    writeFileSync(path("de.srt"), "1\n00:00:01,000 --> 00:00:02,000\nHallo\n");
    const ism = path("again/film.ism");
    await addStreams(ism, { captions: [`${path("de.srt")}=deu`] });
    expect(text("again", "film.ism")).toContain("film.chapters.vtt");
    expect(readdirSync(path("again"))).toContain("film.thumbs.jpg");
    await removeStreams(ism, ["text_deu"]);
    expect(bytes("again")).toEqual(before);
  });
});

describe("verify", () => {
  const vtt = (...cues: string[]) => `WEBVTT\n\n${cues.join("\n\n")}\n`;
  const place = (where: string) =>
    vtt(`00:00:00.000 --> 00:00:08.000\nfilm.thumbs.jpg#xywh=${where}`);

  test.each([
    ["film.chapters.vtt", undefined, /cannot be read/],
    ["film.thumbs.jpg", undefined, /cannot be read/],
    ["film.chapters.vtt", "chapters", /does not begin with WEBVTT/],
    ["film.chapters.vtt", "WEBVTT\n", /has no cue/],
    [
      "film.chapters.vtt",
      vtt("00:00:00.000 --> 00:00:09.000\nBeyond"),
      /end of a cue is 90000000, expected 80000000/,
    ],
    [
      "film.chapters.vtt",
      vtt(
        "00:00:04.000 --> 00:00:08.000\nB",
        "00:00:00.000 --> 00:00:04.000\nA",
      ),
      /begin of a cue is 0, expected 40000000/,
    ],
    ["film.thumbs.vtt", place("320,0,160,90"), /place of a thumbnail/],
    ["film.thumbs.vtt", place("0,0,0,0"), /place of a thumbnail/],
    [
      "film.thumbs.vtt",
      vtt("00:00:00.000 --> 00:00:08.000\nother.jpg#xywh=0,0,9,9"),
      /of an image of the package/,
    ],
    ["film.thumbs.jpg", "no picture", /is no JPEG that can be read/],
  ])("finds %s damaged: %j", async (name, content, message) => {
    const file = path(join("again", name));
    const whole = readFileSync(file);
    rmSync(file);
    if (content !== undefined) writeFileSync(file, content);
    const { findings } = await verify(path("again/film.ism"));
    writeFileSync(file, whole);
    expect(
      findings.map(
        ({ level, file, message, found, expected }) =>
          `${level} ${file} ${message} is ${found}, expected ${expected}`,
      ),
    ).toContainEqual(expect.stringMatching(message));
    expect((await verify(path("again/film.ism"))).findings).toEqual([]);
  });

  test("tells of a name that leads out of the folder, and opens no file there", async () => {
    const ism = path("again/film.ism");
    const whole = readFileSync(ism, "utf8");
    writeFileSync(ism, whole.replace("film.chapters.vtt", "../x.chapters.vtt"));
    const { findings } = await verify(ism);
    writeFileSync(ism, whole);
    expect(findings).toEqual([
      expect.objectContaining({ level: "fault", rule: "server-manifest" }),
    ]);
  });
});
