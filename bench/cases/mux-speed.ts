import { join } from "node:path";
import { findTools } from "../../src/ffmpeg/find.js";
import { findProgram } from "../../test/support/programs.js";
import type { Case, Outcome } from "../case.js";
import { inTurn, ratio } from "../in-turn.js";
import { measure, measureCli, type Cost } from "../measure.js";
import { ONE_GIGABYTE, withOneGigabyte, type Job } from "../one-gigabyte.js";

/** At most so many times the wall time of others that write as many bytes; cp only for information. */
const MOST: Readonly<Record<string, number | undefined>> = {
  cp: undefined,
  "ffmpeg -c copy": 0.9,
  mp4fragment: 1,
};

/** Beside tools that, like it here, leave the bytes to the system. */
export const muxSpeed: Case = {
  name: "mux/speed",
  runs: 5,
  title: `${ONE_GIGABYTE}, without waiting for the disk`,
  run: (setting) => withOneGigabyte(setting, compareSpeed),
};

/** As users run it: until all is on the disk. */
export const muxDisk: Case = {
  name: "mux/disk",
  runs: 5,
  title: `${ONE_GIGABYTE}, until all is on the disk`,
  run: (setting) => withOneGigabyte(setting, compareDisk),
};

async function compareSpeed({ film, out, clean, runs }: Job): Promise<Outcome> {
  const { ffmpeg } = await findTools();
  const mp4fragment = await findProgram("mp4fragment");
  const input = ["-v", "error", "-nostdin", "-i", film];
  const ismv = [...input, "-c", "copy", "-f", "ismv", join(out, "film.ismv")];
  const mux = ["mux", film, "-o", out, "--quiet", "--no-fsync"];
  const copy = join(out, "film.mp4");
  const commands: Record<string, () => Promise<Cost>> = {
    "mss-pack": () => measureCli(mux),
    cp: () => measure("cp", [film, copy]),
    "ffmpeg -c copy": () => measure(ffmpeg.path, ismv),
    ...(mp4fragment !== undefined && {
      mp4fragment: () => measure(mp4fragment, ["--quiet", film, copy]),
    }),
  };
  const costs = await inTurn(runs, commands, clean);
  const figures = Object.entries(MOST)
    .filter(([name]) => name in costs)
    .map(([name, most]) => ratio(costs, ["mss-pack", name], "wall", most));
  const skipped =
    mp4fragment === undefined ? ["mp4fragment (Bento4) is not on PATH"] : [];
  return { costs, figures, skipped };
}

async function compareDisk({ film, out, clean, runs }: Job): Promise<Outcome> {
  const files = [`if=${film}`, `of=${join(out, "film.mp4")}`];
  const dd = [...files, "bs=256k", "conv=fsync", "status=none"];
  const costs = await inTurn(
    runs,
    {
      "mss-pack": () => measureCli(["mux", film, "-o", out, "--quiet"]),
      "dd conv=fsync": () => measure("dd", dd),
    },
    clean,
  );
  return { costs, figures: [ratio(costs, ["mss-pack", "dd conv=fsync"])] };
}
