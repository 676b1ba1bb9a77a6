import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ffmpeg } from "./clip.js";
import { decode } from "./measure.js";

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

/** A film of eight seconds in four colours with three chapters. */
export async function makeFourColours(
  path: string,
  start: number,
  options: readonly string[],
): Promise<void> {
  const inputs = Object.keys(COLOURS).flatMap((colour) => [
    ...["-f", "lavfi", "-i", `color=c=${colour}:s=160x90:r=25:d=2`],
  ]);
  const chapters = join(dirname(path), "chapters.txt");
  writeFileSync(chapters, chaptersFrom(start));
  await ffmpeg(
    [
      ...["-v", "error", ...inputs, "-i", chapters],
      ...["-filter_complex", "[0][1][2][3]concat=n=4"],
      ...["-map_metadata", "4", "-map_chapters", "4"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
      ...["-color_primaries", "bt709", "-color_trc", "bt709"],
      ...["-colorspace", "bt709", ...options, path],
    ],
    path,
  );
}

/** The time and the colour of each thumbnail, by the file that names its place. */
export async function thumbnailsIn(
  folder: string,
): Promise<[string, string][]> {
  const cues = readFileSync(join(folder, "film.thumbs.vtt"), "utf8").matchAll(
    /(\S+) --> \S+\n(.*)#xywh=(\d+),(\d+),(\d+),(\d+)\n/g,
  );
  const found: [string, string][] = [];
  for (const [, begin = "", image = "", x, y, width, height] of cues) {
    const crop = `crop=${width}:${height}:${x}:${y},scale=1:1:flags=area`;
    const [r = 0, g = 0, b = 0] = await decode(join(folder, image), [
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

export const FOUR = [
  ["00:00:00.000", "red"],
  ["00:00:02.000", "lime"],
  ["00:00:04.000", "blue"],
  ["00:00:06.000", "white"],
];
