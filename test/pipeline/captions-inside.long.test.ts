import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { walkBoxes } from "../../src/isobmff/box-tree.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { brightness } from "../support/brightness.js";
import {
  withClosedCaptions,
  withDvdCaptions,
  withOtherCaptions,
} from "../support/closed-captions.js";
import { ffmpeg, makeClip } from "../support/clip.js";
import { readersOfPackages, run } from "../support/programs.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const path = (name: string) => join(folder, name);

/** The picture is white while `Flash` is said; the other caption is before that. */
const SUBRIP =
  "1\n00:00:00,200 --> 00:00:00,300\nEarly\n\n2\n00:00:02,000 --> 00:00:03,000\n<i>Flash</i> <font color=#ff0000>red</font>\n\n";

const FLASH =
  "drawbox=t=fill:c=black,drawbox=t=fill:c=white:enable='between(n,50,74)'";

const SUBSTATION = `[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold, Italic, Alignment
Style: Default,Arial,20,&H00FFFFFF,0,0,2
Style: Sign,Arial,20,&H000000FF,-1,0,8
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:02.00,0:00:03.00,Sign,,0,0,0,,{\\i1}Flash{\\i0}\\Nhard\\hblank
Dialogue: 0,0:00:02.10,0:00:03.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0 100 100 0 100{\\p0}
`;

const VTT =
  "WEBVTT\n\nfirst\n00:02.000 --> 00:03.000 line:0\n<c.yellow>Flash</c>\n";

/** Loaded before and popped on with the white picture: 942f shows, 942c erases. */
const FLASH_CC = new Map([
  ...["9420", "9470", "46ec", "6173", "6880"].map(
    (pair, i) => [40 + i, pair] as const,
  ),
  ...([
    [50, "942f"],
    [75, "942c"],
  ] as const),
]);

/** Of 29.97 a second, to which the white picture is moved. */
const FRAME_MS = 34;

const ENCODED = [
  ...["-preset", "ultrafast", "-g", "25", "-bf", "2", "-sc_threshold", "0"],
  ...["-color_trc", "bt709"],
];

/** The film with these texts, as they are. */
async function filmWith(name = "", ...options: readonly string[]) {
  const texts = ["flash.srt", "flash.ass", "flash.vtt"].map(path);
  await ffmpeg(
    [
      ...["-v", "error", "-y", "-i", path("flash.mp4")],
      ...texts.flatMap((text) => ["-i", text]),
      ...["-map", "0", "-map", "1", "-map", "2", "-map", "3"],
      ...["-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=ger"],
      ...["-metadata:s:s:2", "title=French (SDH)"],
      ...["-c", "copy", ...options, path(name)],
    ],
    name,
  );
}

/** A copy of a file with other times. */
const again = (from: string, to: string, ...options: readonly string[]) =>
  ffmpeg(["-v", "error", "-y", ...options, "-c", "copy", path(to)], from);

/** Packages a film with one fragment, so that times count from its begin. */
async function make(...args: readonly string[]) {
  const out = path(`out-${(outputs += 1)}`);
  const all = [...args, "-o", out, "--fragment", "10", "--json"];
  const { exitCode, stdout } = await mssPack(all, { cwd: folder });
  const lines = jsonLines(stdout);
  expect([exitCode, lines.at(-1)]).toEqual([0, expect.anything()]);
  return { out, lines, last: lines.at(-1) as { notes?: string[] } };
}
let outputs = 0;

const pack = (...args: readonly string[]) =>
  make(...args, "--encoder-preset", "ultrafast");

/** What is shown when, in milliseconds from the fragment's begin. */
function cuesIn(file: string): [number, number, string][] {
  const bytes = readFileSync(file);
  const text = [...walkBoxes(bytes)]
    .filter(({ type }) => type === "mdat")
    .map(({ start, size }) => bytes.toString("utf8", start + 8, start + size));
  expect(text).toHaveLength(1);
  const all = text[0]?.matchAll(/ begin="(.*?)" end="(.*?)">(.*?)<\/p>/g);
  return [...(all ?? [])].map(([, from = "", to = "", said = ""]) => [
    ...([milliseconds(from), milliseconds(to)] as const),
    said.replace(/<br\/>/g, "|").replace(/<.*?>/g, ""),
  ]);
}

function milliseconds(time: string): number {
  const [h = 0, m = 0, s = 0] = time.split(":").map(Number);
  return Math.round(((h * 60 + m) * 60 + s) * 1000);
}

/** When the picture of a package becomes white, in milliseconds after its first frame. */
async function flashIn(out: string): Promise<number> {
  const [name = ""] = readdirSync(out).filter((one) => one.endsWith("ismv"));
  const file = join(out, name);
  const frames = await brightness(file);
  const { ffprobe } = await readersOfPackages();
  const { stdout } = await run(ffprobe, [
    ...["-v", "error", "-show_entries", "packet=pts_time", "-of", "csv=p=0"],
    file,
  ]);
  const times = stdout.toString().trim().split("\n").map(Number);
  const [first = 0, ...rest] = times.sort((a, b) => a - b);
  const shown = [first, ...rest][frames.findIndex((value) => value > 128)] ?? 0;
  return Math.round((shown - first) * 1000);
}

beforeAll(async () => {
  writeFileSync(path("flash.srt"), SUBRIP);
  writeFileSync(path("flash.ass"), SUBSTATION);
  writeFileSync(path("flash.vtt"), VTT);
  await makeClip(path("flash.mp4"), {
    ...{ size: "160x90", seconds: 5, filters: FLASH },
    options: [...ENCODED, "-colorspace", "bt709", "-color_primaries", "bt709"],
  });
  // As a copy its frames would have other times than its captions.
  await filmWith("film.mkv", "-c:v", "libx264", "-c:a", "aac", ...ENCODED);
  await filmWith("film.mp4", "-c:s", "mov_text");
});

describe("text streams inside the film", () => {
  test("become streams with their language, kind, styles and places", async () => {
    const { out, last } = await pack("film.mkv", "--captions", "embedded");
    const text = (name: string) =>
      readFileSync(join(out, `film_${name}.ismt`), "utf8");
    expect(text("eng")).toMatch(
      /fontStyle="italic">Flash .*color="#ff0000">red/,
    );
    expect(text("deu")).toMatch(
      /region="top".*fontWeight="bold".*>Flash<.*hard blank/s,
    );
    expect(text("deu")).not.toContain("100 100");
    expect(text("und")).toMatch(/region="top".*color="#ffff00">Flash/s);
    const manifest = readFileSync(join(out, "film.ismc"), "utf8");
    expect(manifest).toContain('Subtype="SUBT" Name="text_eng"');
    expect(manifest).toContain('Subtype="CAPT" Name="text_und"');
    expect(JSON.stringify(last)).not.toContain("left out: --captions");
  });

  test.each([
    ["a film that begins at 1.4 s", "late.mkv", "1.4"],
    ["frames off the grid of the rate", "off.mkv", "0.053"],
  ])("move with the picture of %s", async (_, name, offset) => {
    await filmWith(
      ...[name, "-c:v", "libx264", "-c:a", "aac", ...ENCODED],
      ...["-output_ts_offset", offset],
    );
    const { out } = await pack(name, "--captions", "embedded");
    await expectTogether(out, name);
  });

  test("move with a picture that begins after the sound, in an MP4", async () => {
    await again(
      ...(["film.mp4", "later.mp4", "-i", path("flash.mp4")] as const),
      ...["-itsoffset", "0.7", "-i", path("film.mp4")],
      ...["-map", "1:v", "-map", "0:a", "-map", "1:s"],
    );
    for (const args of [["later.mp4"], ["mux", "later.mp4"]]) {
      const { out } = await make(...args, "--captions", "embedded");
      await expectTogether(out, "later.mp4");
    }
  });

  test("move with a picture that begins between two key frames", async () => {
    await again(
      ...([
        "film.mkv",
        "cut.mkv",
        "-i",
        path("film.mkv"),
        "-ss",
        "0.5",
      ] as const),
      ...["-map", "0", "-copyinkf"],
    );
    const { out } = await pack("cut.mkv", "--captions", "embedded");
    await expectTogether(out, "cut.mkv");
  });

  test("move with a picture that is copied, by itself or by mux", async () => {
    const copied = await pack(
      "film.mp4",
      "--captions",
      "embedded",
      "--copy",
      "video",
    );
    await expectTogether(copied.out, "film.mp4");
    const { out } = await make("mux", "film.mp4", "--captions", "embedded");
    await expectTogether(out, "film.mp4");
  });

  /** The English caption and the white picture begin at one time. */
  async function expectTogether(out: string, name: string) {
    const file = join(out, `${name.replace(/\..*/, "")}_eng.ismt`);
    const [begin = 0, end = 0] =
      cuesIn(file).find(([, , said]) => said === "Flash red") ?? [];
    expect(Math.abs(begin - (await flashIn(out)))).toBeLessThanOrEqual(1);
    expect(end - begin).toBe(1000);
  }

  test("of CEA-608 move with a broadcast that begins between two key frames", async () => {
    await withClosedCaptions(path("flash.mp4"), path("cc.mp4"), FLASH_CC);
    await again(
      ...(["cc.mp4", "cc.ts", "-i", path("cc.mp4"), "-ss", "0.5"] as const),
      ...["-map", "0", "-copyinkf", "-output_ts_offset", "9000"],
    );
    const { out } = await pack("cc.ts", "--captions", "cc1=eng");
    const [begin = 0, end = 0] = cuesIn(join(out, "cc_eng.ismt"))[0] ?? [];
    expect(Math.abs(begin - (await flashIn(out)))).toBeLessThanOrEqual(1);
    expect(end - begin).toBe(1000);
    const [name = ""] = readdirSync(out).filter((one) => one.endsWith("ismv"));
    expect(readFileSync(join(out, name)).includes("GA94")).toBe(true);
  });

  test.each([
    ["libx265", "hevc.mp4"],
    ["mpeg2video", "mpeg2.ts"],
  ] as const)("of CEA-608 are found in pictures of %s", async (codec, name) => {
    const flash = path("flash.mp4");
    await withOtherCaptions(codec, flash, path(name), FLASH_CC);
    await expectFlash(name);
  });

  test("of CEA-608 are found in the groups of pictures of a DVD", async () => {
    const pairs = new Map([
      ...["9420", "9470", "46ec", "6173", "6880"].map(
        (pair, i) => [48 + i, pair] as const,
      ),
      ...([
        [60, "942f"],
        [90, "942c"],
      ] as const),
    ]);
    await withDvdCaptions(path("flash.mp4"), path("disc.vob"), pairs);
    await expectFlash("disc.vob", FRAME_MS);
  });

  test("of CEA-608 are found in a track of QuickTime, which needs no picture with them", async () => {
    // ffmpeg loses the last line.
    const scc =
      "Scenarist_SCC V1.0\n\n00:00:01:00\t9420 9470 46ec 6173 6880\n\n00:00:02:00\t942f\n\n00:00:03:00\t942c\n\n00:00:04:00\t942c\n";
    writeFileSync(path("flash.scc"), scc);
    await again(
      ...(["flash.mp4", "track.mov", "-i", path("flash.mp4")] as const),
      ...["-i", path("flash.scc"), "-map", "0", "-map", "1"],
    );
    const notes = await expectFlash("track.mov");
    expect(notes).not.toContain("takes it");
    const { lines } = await pack("track.mov");
    expect(JSON.stringify(lines)).toContain("--captions cc1 takes it");
  });

  async function expectFlash(name: string, most = 3) {
    const { out, lines } = await pack(name, "--captions", "cc1=eng");
    const [stem = ""] = name.split(".");
    const [begin = 0, end = 0] = cuesIn(join(out, `${stem}_eng.ismt`))[0] ?? [];
    expect(Math.abs(begin - (await flashIn(out)))).toBeLessThanOrEqual(most);
    expect(Math.abs(end - begin - 1000)).toBeLessThanOrEqual(3);
    return JSON.stringify(lines);
  }

  test("are named in one note when nobody asks for them, and pictures in theirs", async () => {
    const { lines } = await pack("film.mkv");
    expect(JSON.stringify(lines)).toContain(
      "3 caption streams are left out (streams 2 subrip eng, 3 ass deu, 4 webvtt): --captions embedded takes them",
    );
  });

  test("stand beside captions in files, and an empty one is left out", async () => {
    writeFileSync(path("none.srt"), "1\n00:00:01,000 --> 00:00:02,000\n \n\n");
    await again(
      ...([
        "film.mkv",
        "two.mkv",
        "-i",
        path("film.mkv"),
        "-i",
        path("none.srt"),
      ] as const),
      ...["-map", "0:v", "-map", "0:s:0", "-map", "1"],
    );
    const { out, last } = await pack(
      ...["two.mkv", "--captions", "flash.vtt=eng", "--captions", "embedded"],
    );
    expect(cuesIn(join(out, "two_eng.ismt"))).toEqual([[2000, 3000, "Flash"]]);
    expect(cuesIn(join(out, "two_eng_2.ismt"))).toHaveLength(2);
    expect(JSON.stringify(last)).toMatch(/stream 2 \(subrip\) is left out/);
  });

  test("a package is skipped when it has the same captions", async () => {
    const out = path("again");
    const args = [
      "film.mkv",
      "-o",
      out,
      "--skip-existing",
      "--encoder-preset",
      "ultrafast",
    ];
    const skipped = async (...more: readonly string[]) => {
      const all = [...args, ...more, "--json"];
      const { stdout } = await mssPack(all, { cwd: folder });
      return jsonLines(stdout).at(-1);
    };
    await skipped("--captions", "embedded");
    expect(JSON.stringify(await skipped("--captions", "embedded"))).toContain(
      "skipped",
    );
    expect(JSON.stringify(await skipped())).not.toContain('"skipped":true');
  });
});
