import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Outcome, Setting } from "./case.js";
import { makeFilm, noRoom, type Shape } from "./film.js";

/** In words. */
export const ONE_GIGABYTE =
  "1 GB of 1920x1080, 30 fps, 6 Mbit/s, with sound, warm cache";

const SHAPE: Shape = { size: "1920x1080", rate: 30, bitrate: 6e6 };
const BYTES = 1e9;

/** What is done to the film. */
export interface Job extends Setting {
  readonly film: string;
  readonly out: string;
  /** Empties `out`: to be called before each command. */
  readonly clean: () => void;
}

/** Makes a film of 1 GB and a folder beside it, when there is room for both. */
export async function withOneGigabyte(
  setting: Setting,
  measureOn: (job: Job) => Promise<Outcome>,
): Promise<Outcome> {
  const { folder } = setting;
  const reason = await noRoom(folder, 2 * BYTES);
  if (reason !== undefined) return { skipped: [reason] };
  const path = join(folder, "film.mp4");
  const film = await makeFilm(path, SHAPE, { bytes: BYTES });
  const out = join(folder, "out");
  const clean = () => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
  };
  return measureOn({ ...setting, film, out, clean });
}
