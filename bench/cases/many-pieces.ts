import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTools } from "../../src/ffmpeg/find.js";
import { runTool } from "../../src/ffmpeg/run.js";
import type { Case, Figure, Outcome, Setting } from "../case.js";
import { CLI, measure, measureCliPeak } from "../measure.js";

const PIECES = 10_000;
const PIECE_SECONDS = 8;
/** A picture a second: what counts is the number of pieces, not of pictures. */
const LADDER = [
  ...["--rung", "160x90:100k", "--encoder-preset", "ultrafast", "--crf", "30"],
  ...["--fragment", "8", "--pieces", String(PIECE_SECONDS)],
];
const MOST_MB = 200;

/** Of a film that does not change, one piece stands for all: they are the same bytes. */
export const scaleManyPieces: Case = {
  name: "scale/many-pieces",
  runs: 1,
  title: "a plan of 10,000 pieces: written, one of its steps, and all joined",
  run: joinMany,
};

async function joinMany({ folder }: Setting): Promise<Outcome> {
  const film = await stillFilm(join(folder, "film.mp4"));
  const work = join(folder, "work");
  const plan = join(work, "plan.json");
  const out = join(folder, "out");
  const planned = await measureCliPeak([
    ...["plan", film, "-o", out, "--work", work, "--emit", "make", ...LADDER],
  ]);
  for (const step of [0, PIECES - 1])
    await measure(process.execPath, [CLI, "task", plan, String(step)]);
  const oneStep = await measureCliPeak(["task", plan, "1"]);
  copyRecords(join(work, "steps"));
  const joined = await measureCliPeak(["task", plan, "package", "--quiet"]);
  return {
    costs: { plan: [planned], "one step": [oneStep], package: [joined] },
    figures: [
      peak("plan of 10,000 pieces", planned),
      peak("one of its steps", oneStep),
      peak("all joined", joined),
    ],
  };
}

function peak(what: string, cost: { readonly peakBytes: number }): Figure {
  const value = cost.peakBytes / 1e6;
  return { what: `${what}, peak memory`, value, unit: "MB", most: MOST_MB };
}

async function stillFilm(path: string): Promise<string> {
  const { ffmpeg } = await findTools();
  const seconds = PIECES * PIECE_SECONDS;
  const { exitCode, stderr } = await runTool(ffmpeg.path, [
    ...["-f", "lavfi", "-i", `color=gray:s=160x90:r=1:d=${seconds}`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "8", path],
  ]);
  if (exitCode !== 0) throw new Error(stderr);
  return path;
}

/** The second piece's record for all but the first and the last. */
function copyRecords(steps: string): void {
  mkdirSync(steps, { recursive: true });
  const record = JSON.parse(readFileSync(join(steps, "1.json"), "utf8")) as {
    place: string;
    files: { file: string }[];
  };
  const [{ file } = { file: "" }] = record.files;
  const bytes = readFileSync(join(steps, "..", record.place, file));
  for (let i = 2; i < PIECES - 1; i++) {
    const own = file.replace(/-\d+\.mp4$/, `-${i * PIECE_SECONDS}.mp4`);
    writeFileSync(join(steps, "..", record.place, own), bytes);
    const files = [{ ...record.files[0], file: own }];
    writeFileSync(
      join(steps, `${i}.json`),
      JSON.stringify({ ...record, files }),
    );
  }
  if (readdirSync(steps).length < PIECES)
    throw new Error("records are missing");
}
