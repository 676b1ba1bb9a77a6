import { linkSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Case, Outcome, Setting } from "../case.js";
import { makeFilm, type Shape } from "../film.js";
import { median } from "../in-turn.js";
import { measureCli, measureCliPeak } from "../measure.js";

const FEW = 1000;
const MANY = 3000;
const LEAST_A_SECOND = 50;

/** Garbage of a second more or less is no growth. */
const MOST_GROWTH_MB = 30;

const SHAPE: Shape = { size: "320x180", rate: 25, bitrate: 1e5, audio: true };

export const scanSpeed: Case = {
  name: "scan/speed",
  runs: 3,
  title: `mss-pack scan of ${MANY} packages of twenty seconds and four files, by manifests and indexes`,
  run: measureScan,
};

type Peaks = Awaited<ReturnType<typeof measureCliPeak>>[];

async function measureScan({ folder, runs }: Setting): Promise<Outcome> {
  const few = await makeArchive(folder, "few", FEW);
  const many = await makeArchive(folder, "many", MANY);
  const state = join(folder, "state");
  const [small, large, again]: [Peaks, Peaks, Peaks] = [[], [], []];
  await measureCli(["scan", many, "--json", "--resume", state]);
  for (let run = 0; run < runs; run++) {
    small.push(await measureCliPeak(["scan", few, "--json"]));
    large.push(await measureCliPeak(["scan", many, "--json"]));
    const args = ["scan", many, "--json", "--resume", state];
    again.push(await measureCliPeak(args));
  }
  const peak = (costs: Peaks) =>
    median(costs.map(({ peakBytes }) => peakBytes / 1e6));
  const rate = (costs: Peaks) =>
    MANY / median(costs.map(({ wallSeconds }) => wallSeconds));
  return {
    costs: { "mss-pack scan": large },
    figures: [
      {
        ...{ what: "packages", value: rate(large), unit: "a second" },
        least: LEAST_A_SECOND,
      },
      {
        what: "the same again, unchanged",
        value: rate(again),
        unit: "a second",
      },
      {
        what: `Node process at its peak, ${FEW}`,
        value: peak(small),
        unit: "MB",
      },
      { what: `the same, ${MANY}`, value: peak(large), unit: "MB" },
      {
        ...{ what: "its growth", value: peak(large) - peak(small), unit: "MB" },
        most: MOST_GROWTH_MB,
      },
    ],
  };
}

/** A small package under many names: links to the same files, each read by itself. */
async function makeArchive(
  folder: string,
  name: string,
  count: number,
): Promise<string> {
  const one = join(folder, `one-${name}`);
  const film = join(folder, `${name}.mp4`);
  await makeFilm(film, SHAPE, { seconds: 20 });
  await measureCli(["mux", film, "-o", one, "--quiet", "--no-fsync"]);
  const archive = join(folder, name);
  for (let i = 0; i < count; i++) {
    const place = join(archive, String(i % 50), String(i));
    mkdirSync(place, { recursive: true });
    for (const file of readdirSync(one))
      if (!file.startsWith(".")) linkSync(join(one, file), join(place, file));
  }
  return archive;
}
