import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Case, Outcome, Setting } from "../case.js";
import { makeFilm, type Shape } from "../film.js";
import { inTurn, ratio } from "../in-turn.js";
import { measureCli } from "../measure.js";

const SHAPE: Shape = { size: "1280x720", rate: 25, bitrate: 4e6 };
const SECONDS = 120;
const LADDER = [
  ...["--rung", "1280x720:2800k", "--rung", "854x480:1300k"],
  ...["--encoder-preset", "veryfast", "--quiet"],
];
const CRF = ["--crf", "24"];

/** One encoder thread each: what is compared is the cutting, not x264's threads. */
export const scalePieces: Case = {
  name: "scale/pieces",
  runs: 3,
  title: "two minutes of 720p in one and in pieces of 30 s, a thread each",
  run: comparePieces,
};

/** Pieces at the same settings may take so much more work than the film in one. */
const MOST_CPU = 1.04;
/** Two cores against one. */
const MOST_OF_ONE = 0.56;

async function comparePieces({ folder, runs }: Setting): Promise<Outcome> {
  const path = join(folder, "film.mp4");
  const film = await makeFilm(path, SHAPE, { seconds: SECONDS });
  const out = join(folder, "out");
  const encode =
    (...more: string[]) =>
    () =>
      measureCli([film, "-o", out, ...LADDER, ...more]);
  const inPieces = ["--reproducible", "--pieces", "30"];
  const commands = {
    "in one": encode("--reproducible", "--pieces", "off", ...CRF),
    "pieces, one thread": encode(...inPieces, "--threads", "1", ...CRF),
    "pieces, two threads": encode(...inPieces, "--threads", "2", ...CRF),
    "pieces by bitrate, two threads": encode(...inPieces, "--threads", "2"),
  };
  const clean = () => rmSync(out, { recursive: true, force: true });
  const costs = await inTurn(runs, commands, clean);
  const [one, two] = ["pieces, one thread", "pieces, two threads"] as const;
  return {
    costs,
    figures: [
      ratio(costs, [one, "in one"], "CPU", MOST_CPU),
      ratio(costs, [two, one], "wall", MOST_OF_ONE),
      ratio(costs, ["pieces by bitrate, two threads", two], "CPU"),
    ],
  };
}
