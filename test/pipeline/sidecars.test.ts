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
import { ffmpeg } from "../support/clip.js";
import { QUICK } from "../support/films.js";
import { decode } from "../support/measure.js";
import { tempFolder } from "../support/temp.js";

const root = tempFolder();
const path = (name: string) => join(root, name);

/** Two seconds of each. */
const COLOURS = {
  red: 0xff0000,
  lime: 0x00ff00,
  blue: 0x0000ff,
  white: 0xffffff,
};

/** Three chapters at 0, 2.5 and 6 s of a film that begins at this time of its file's clock. */
const chaptersFrom = (start: number) =>
  [
    [0, 2500, "Red & <green>"],
    [2500, 6000, "Příběh --> dál"],
    [6000, 8000, ""],
  ].reduce(
    (text, [begin, end, title]) =>
      `${text}[CHAPTER]\nTIMEBASE=1/1000\nSTART=${start + Number(begin)}\nEND=${start + Number(end)}\ntitle=${title}\n`,
    ";FFMETADATA1\n",
  );

/** Films of eight seconds in four colours with three chapters. */
beforeAll(async () => {
  const inputs = Object.keys(COLOURS).flatMap((colour) => [
    ...["-f", "lavfi", "-i", `color=c=${colour}:s=160x90:r=25:d=2`],
  ]);
  const make = (name: string, start: number, options: string[]) => {
    writeFileSync(path("chapters.txt"), chaptersFrom(start));
    return ffmpeg(
      [
        ...["-v", "error", ...inputs, "-i", path("chapters.txt")],
        ...["-filter_complex", "[0][1][2][3]concat=n=4"],
        ...["-map_metadata", "4", "-map_chapters", "4"],
        ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
        ...["-color_primaries", "bt709", "-color_trc", "bt709"],
        ...["-colorspace", "bt709", ...options, path(name)],
      ],
      name,
    );
  };
  // Its clock begins at 1.5 s, for picture and chapters.
  await make("film.mkv", 1500, ["-output_ts_offset", "1.5"]);
  await make("film.mp4", 0, ["-g", "25", "-bf", "2"]);
}, 60_000);

const packed = (
  output: string,
  more: Partial<PackOptions> = {},
  film = "film.mkv",
) => pack(path(film), { output: path(output), ...QUICK, ...more });

const text = (...parts: string[]) => readFileSync(path(join(...parts)), "utf8");

/** The time and the colour of each thumbnail, by the file that names its place. */
async function thumbnailsIn(folder: string): Promise<[string, string][]> {
  const cues = text(folder, "film.thumbs.vtt").matchAll(
    /(\S+) --> \S+\n(.*)#xywh=(\d+),(\d+),(\d+),(\d+)\n/g,
  );
  const found: [string, string][] = [];
  for (const [, begin = "", image = "", x, y, width, height] of cues) {
    const crop = `crop=${width}:${height}:${x}:${y},scale=1:1:flags=area`;
    const [r = 0, g = 0, b = 0] = await decode(path(join(folder, image)), [
      "-vf",
      crop,
      "-pix_fmt",
      "rgb24",
      "-f",
      "rawvideo",
    ]);
    found.push([begin, nearest([r, g, b])]);
  }
  return found;
}

function nearest(found: readonly number[]): string {
  const distance = (colour: number) =>
    [16, 8, 0].reduce(
      (sum, shift, i) =>
        sum + Math.abs(((colour >> shift) & 255) - (found[i] ?? 0)),
      0,
    );
  const names = Object.entries(COLOURS).sort(
    ([, a], [, b]) => distance(a) - distance(b),
  );
  return names[0]?.[0] ?? "";
}

const FOUR = [
  ["00:00:00.000", "red"],
  ["00:00:02.000", "lime"],
  ["00:00:04.000", "blue"],
  ["00:00:06.000", "white"],
];

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
    expect(await thumbnailsIn("both")).toEqual(FOUR);
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

  test("of a copied picture are taken at its own key frames", async () => {
    await packed(
      "copied",
      { thumbnailSeconds: 2, copy: ["video"] },
      "film.mp4",
    );
    expect(await thumbnailsIn("copied")).toEqual(FOUR);
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
    expect(await thumbnailsIn("at-once")).toHaveLength(2);
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
