import { join } from "node:path";
import { ffmpeg } from "../support/clip.js";

const SECONDS = 20;

const X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "60"];
const SIZE = "320x180";

const picture = (rate: string) => [
  ...["-f", "lavfi", "-i"],
  `testsrc2=size=${SIZE}:rate=${rate}:duration=${SECONDS}`,
];
const SOUND = ["-f", "lavfi", "-i", `sine=frequency=440:duration=${SECONDS}`];

/** Films that are cut in different ways, and one that cannot be cut. */
export const FILMS: Readonly<Record<string, readonly string[]>> = {
  "cinema.mkv": [...picture("24000/1001"), ...SOUND, ...X264],
  "uneven.mp4": [
    ...[...picture("30"), ...SOUND, "-vf", "select='not(eq(mod(n,7),3))'"],
    ...["-vsync", "vfr", ...X264],
  ],
  "edited.mp4": [
    ...["-ss", "0.7", ...picture("25"), "-ss", "0.2", ...SOUND, ...X264],
    ...["-output_ts_offset", "0.5"],
  ],
  "recording.ts": [...picture("25"), ...SOUND, ...X264],
};

/** Makes one of {@link FILMS}, under its name or another one. */
export async function makeFilm(
  folder: string,
  name: string,
  as = name,
): Promise<string> {
  const path = join(folder, as);
  await ffmpeg([...(FILMS[name] ?? []), "-c:a", "aac", path], path);
  return path;
}
