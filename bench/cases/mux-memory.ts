import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Case, Figure, Outcome, Setting } from "../case.js";
import { makeFilm, noRoom, type Shape } from "../film.js";
import { median } from "../in-turn.js";
import { measure, measureCliPeak } from "../measure.js";

/** Many samples, few bytes: 432,000 pictures and 337,680 AAC frames. */
const MANY: Shape = { size: "320x180", rate: 60, bitrate: 100e3 };
const MANY_SECONDS = 2 * 3600;

/** Many bytes: 4.6 GB in six hours. */
const LARGE: Shape = { size: "1280x720", rate: 30, bitrate: 1.57e6 };
const LARGE_SECONDS = 6 * 3600;
const LARGE_BYTES = 4.6e9;

const MOST_MB = 150;
const MOST_TABLE_SECONDS = 0.4;
/** Memory must not grow with the bytes of a film. */
const MOST_MORE_MB = 60;

const READ_TABLES = fileURLToPath(
  new URL("../read-tables.js", import.meta.url),
);

export const muxMemory: Case = {
  name: "mux/memory",
  runs: 5,
  title: "two hours at 60 fps, and six hours of 4.6 GB, with sound",
  run: compare,
};

async function compare(setting: Setting): Promise<Outcome> {
  const { folder } = setting;
  const path = join(folder, "film.mp4");
  const film = await makeFilm(path, MANY, { seconds: MANY_SECONDS });
  const table = await readTables(film, setting.runs);
  const peak = await peakOf("two hours at 60 fps", film, setting);
  const figures = [table, { ...peak, most: MOST_MB }];
  rmSync(film);
  const reason = await noRoom(folder, 2 * LARGE_BYTES);
  if (reason !== undefined)
    return { figures, skipped: [`six hours: ${reason}`] };
  await makeFilm(path, LARGE, { seconds: LARGE_SECONDS });
  const large = await peakOf("six hours", film, setting);
  const more: Figure = {
    ...{ what: "more for six hours", value: large.value - peak.value },
    ...{ unit: "MB", most: MOST_MORE_MB },
  };
  return { figures: [...figures, large, more] };
}

async function peakOf(
  what: string,
  film: string,
  { folder, runs }: Setting,
): Promise<Figure> {
  const out = join(folder, "out");
  const peaks: number[] = [];
  for (let run = 0; run < runs; run++) {
    const mux = ["mux", film, "-o", out, "--quiet", "--no-fsync"];
    peaks.push((await measureCliPeak(mux)).peakBytes / 1e6);
    rmSync(out, { recursive: true });
  }
  const value = Math.max(...peaks);
  return { what: `${what}, Node process at its peak`, value, unit: "MB" };
}

async function readTables(film: string, runs: number): Promise<Figure> {
  const seconds: number[] = [];
  let samples = 0;
  for (let run = 0; run < runs; run++) {
    const { told } = await measure(process.execPath, [READ_TABLES, film]);
    const read = JSON.parse(told) as { seconds: number; samples: number };
    seconds.push(read.seconds);
    ({ samples } = read);
  }
  return {
    what: `two hours at 60 fps, tables of ${samples} samples read`,
    ...{ value: median(seconds), unit: "s", most: MOST_TABLE_SECONDS },
  };
}
