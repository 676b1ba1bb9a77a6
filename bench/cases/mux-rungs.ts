import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Case, Outcome, Setting } from "../case.js";
import { makeFilm, noRoom, type Shape } from "../film.js";
import { inTurn, ratio } from "../in-turn.js";
import { measureCli, type Cost } from "../measure.js";

/** Pictures alone: with sound, a repeated clip is longer by the rest of an AAC frame. */
const RUNGS: readonly Shape[] = [
  { size: "1280x720", rate: 30, bitrate: 3e6, audio: false },
  { size: "960x540", rate: 30, bitrate: 2e6, audio: false },
  { size: "640x360", rate: 30, bitrate: 1.2e6, audio: false },
  { size: "480x270", rate: 30, bitrate: 0.5e6, audio: false },
];
const SECONDS = 1200;
const BYTES = 1.02e9;

export const muxRungs: Case = {
  name: "mux/rungs",
  runs: 5,
  title:
    "four rungs of 20 min without sound, 1 GB in all, together and one after another",
  run: compare,
};

async function compare({ folder, runs }: Setting): Promise<Outcome> {
  const reason = await noRoom(folder, 2 * BYTES);
  if (reason !== undefined) return { skipped: [reason] };
  const films: string[] = [];
  for (const shape of RUNGS) {
    const path = join(folder, `${shape.size}.mp4`);
    films.push(await makeFilm(path, shape, { seconds: SECONDS }));
  }
  const out = join(folder, "out");
  const mux = (inputs: readonly string[]) =>
    measureCli(["mux", ...inputs, "-o", out, "--quiet", "--no-fsync"]);
  const costs = await inTurn(
    runs,
    {
      together: () => mux(films),
      "one after another": () => oneByOne(films, (film) => mux([film])),
    },
    () => rmSync(out, { recursive: true, force: true }),
  );
  const both = ["together", "one after another"] as const;
  return { costs, figures: [ratio(costs, both, "wall", 1)] };
}

/** The costs of several runs as one. */
async function oneByOne(
  films: readonly string[],
  run: (film: string) => Promise<Cost>,
): Promise<Cost> {
  let sum: Cost = { wallSeconds: 0, cpuSeconds: 0, told: "" };
  for (const film of films) {
    const cost = await run(film);
    sum = {
      ...sum,
      wallSeconds: sum.wallSeconds + cost.wallSeconds,
      cpuSeconds: sum.cpuSeconds + cost.cpuSeconds,
    };
  }
  return sum;
}
