import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findTools } from "../src/ffmpeg/find.js";
import { isMissed, isMust, type Case, type Figure } from "./case.js";
import { drmSpeed } from "./cases/drm-speed.js";
import { mainJob } from "./cases/main-job.js";
import { muxMemory } from "./cases/mux-memory.js";
import { muxRungs } from "./cases/mux-rungs.js";
import { muxDisk, muxSpeed } from "./cases/mux-speed.js";
import { muxSteps } from "./cases/mux-steps.js";
import { report } from "./cases/report.js";
import { scanSpeed } from "./cases/scan-speed.js";
import { serveSlow, serveSpeed } from "./cases/serve.js";
import { serveList } from "./cases/serve-list.js";
import { serveTfdt } from "./cases/serve-tfdt.js";
import { start } from "./cases/start.js";
import { scaleManyPieces } from "./cases/many-pieces.js";
import { scalePieces } from "./cases/pieces.js";
import { scaleRate } from "./cases/rate.js";
import { scaleQueue } from "./cases/queue.js";
import { tracksAdd, tracksCaptions, tracksLanguages } from "./cases/tracks.js";
import { readOptions } from "./options.js";
import { sayCase, sayEnd, sayMachine, sayOutcome } from "./report.js";

/**
 * npm run bench [-- NAME... --runs N --folder DIR --seconds S --encoder-preset SPEED]
 *
 * Runs the cases whose names begin with one of these, or all. Exit code 1 when a
 * must is missed.
 */
const CASES: readonly Case[] = [
  start,
  muxSpeed,
  muxDisk,
  muxSteps,
  muxRungs,
  muxMemory,
  scalePieces,
  scaleRate,
  scaleManyPieces,
  scaleQueue,
  tracksCaptions,
  tracksLanguages,
  tracksAdd,
  report,
  scanSpeed,
  drmSpeed,
  serveSpeed,
  serveSlow,
  serveList,
  serveTfdt,
  mainJob,
];

const options = readOptions(process.argv.slice(2));
const cases = chosen(options.wanted);
const folder = mkdtempSync(join(options.folder, "mss-pack-bench-"));
process.once("exit", () =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => process.exit(130));

sayMachine((await findTools()).ffmpeg, options.folder);
const musts: Figure[] = [];
for (const one of cases) musts.push(...(await mustsOf(one)));
sayEnd(musts);
if (musts.some(isMissed)) process.exitCode = 1;

/** Runs a case and says what came out. */
async function mustsOf(one: Case): Promise<Figure[]> {
  const runs = options.runs ?? one.runs;
  sayCase(one, runs);
  const place = join(folder, one.name.replace("/", "-"));
  mkdirSync(place);
  const outcome = await one.run({ folder: place, runs, options });
  rmSync(place, { recursive: true });
  sayOutcome(outcome);
  return (outcome.figures ?? []).filter(isMust);
}

function chosen(wanted: readonly string[]): readonly Case[] {
  const matches = (name: string) =>
    wanted.some((word) => name.startsWith(word));
  const cases = CASES.filter(
    ({ name }) => wanted.length === 0 || matches(name),
  );
  const unknown = wanted.find(
    (word) => !CASES.some(({ name }) => name.startsWith(word)),
  );
  if (unknown === undefined) return cases;
  throw new Error(
    `No case is called ${unknown}. Expected ${CASES.map(({ name }) => name).join(", ")}, or how they begin.`,
  );
}
