import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { findTools, hasDecoder } from "../../src/ffmpeg/find.js";
import { findBundled } from "../../src/ffmpeg/bundled.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { makeClip } from "../support/clip.js";
import { tempFolder } from "../support/temp.js";
import { withTeletext } from "../support/teletext.js";

const folder = tempFolder();
const path = (name: string) => join(folder, name);

/** Row codes: 1 is red, 6 cyan. ETSI EN 300 706 table 26 */
const PAGES = [
  { seconds: 1, rows: ["Hallo \x01rot", "Welt"] },
  { seconds: 2, rows: [] },
  { seconds: 3, rows: ["\x06Zwei"] },
  { seconds: 3.4, rows: ["\x06Zwei"] },
  { seconds: 4, rows: [] },
];

beforeAll(async () => {
  await makeClip(path("bare.ts"), {
    ...{ size: "160x90", seconds: 5, options: ["-an"] },
  });
  await withTeletext(path("bare.ts"), path("film.ts"), PAGES);
});

async function bundled() {
  const [ffmpeg, ffprobe] = await Promise.all([
    findBundled("ffmpeg"),
    findBundled("ffprobe"),
  ]);
  if (!("path" in ffmpeg && "path" in ffprobe))
    throw new Error("npm brought no ffmpeg");
  return { ffmpeg: ffmpeg.path, ffprobe: ffprobe.path };
}

async function pack(...more: readonly string[]) {
  const args = ["film.ts", "-o", `out-${more.length}`, "--fragment", "10"];
  const fast = ["--encoder-preset", "ultrafast", "--json"];
  const all = [...args, "--captions", "embedded", ...fast, ...more];
  const { exitCode, stdout } = await mssPack(all, { cwd: folder });
  expect(exitCode).toBe(0);
  const folderMade = path(`out-${more.length}`);
  return { out: folderMade, last: JSON.stringify(jsonLines(stdout).at(-1)) };
}

test("teletext subtitles keep their times, colours and language; pages of others are left out with a note", async (context) => {
  const { ffmpeg } = await findTools();
  if (!(await hasDecoder(ffmpeg.path, "libzvbi_teletextdec")))
    context.skip("needs an ffmpeg with libzvbi");
  const { out, last } = await pack();
  const text = readFileSync(join(out, "film_deu.ismt"), "utf8");
  const cues = [
    ...text.matchAll(/<p [^>]*begin="(.*?)" end="(.*?)">(.*?)<\/p>/g),
  ];
  expect(cues.map(([, ...cue]) => cue)).toEqual([
    [
      "00:00:01.000",
      "00:00:02.000",
      'Hallo <span tts:color="#ff0000">rot</span><br/>Welt',
    ],
    ["00:00:03.000", "00:00:04.000", '<span tts:color="#00ffff">Zwei</span>'],
  ]);
  expect(text).toContain('region="bottom"');
  expect(last).toContain("page 889 of its teletext (fra) is left out");
});

test("an ffmpeg that cannot read teletext makes the film without it, and a note", async () => {
  const { ffmpeg, ffprobe } = await bundled();
  const { out, last } = await pack("--ffmpeg", ffmpeg, "--ffprobe", ffprobe);
  expect(readdirSync(out).filter((name) => name.endsWith(".ismt"))).toEqual([]);
  expect(last).toContain("has no decoder libzvbi_teletextdec");
});
