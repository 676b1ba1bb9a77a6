import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ffmpeg } from "../../test/support/clip.js";
import { writeCaptionFiles } from "../caption-files.js";
import type { Case, Figure, Outcome, Setting } from "../case.js";
import { makeFilm, noRoom, type Shape } from "../film.js";
import { inTurn, median } from "../in-turn.js";
import { measureCliPeak } from "../measure.js";

/** Three hours: 270,000 pictures, 506,250 AAC frames, 5,400 fragments. */
const SHAPE: Shape = { size: "320x180", rate: 25, bitrate: 50e3 };
const SECONDS = 3 * 3600;
const BYTES = 250e6;

const LANGUAGES =
  "eng deu fra spa ita por nld swe dan nor fin pol ces hun ron ell tur rus jpn kor".split(
    " ",
  );

/** Twenty caption files in the four formats. */
export const tracksCaptions: Case = {
  name: "tracks/captions",
  runs: 5,
  title: "mux of three hours with and without twenty caption files",
  run: (setting) => withRoom(setting, 3 * BYTES, compareCaptions),
};

export const tracksLanguages: Case = {
  name: "tracks/languages",
  runs: 5,
  title: "mux of three hours with one sound and with four",
  run: (setting) => withRoom(setting, 4 * BYTES, compareLanguages),
};

/** In the package's own folder. */
export const tracksAdd: Case = {
  name: "tracks/add",
  runs: 5,
  title: "add and remove on a package of three hours",
  run: (setting) => withRoom(setting, 4 * BYTES, compareChanges),
};

const MOST_CAPTION_SECONDS = 3;
const MOST_CAPTION_MB = 20;
const MOST_LANGUAGE_MB = 15;
const MOST_ADD_SECONDS = 1.2;
/** With the copy of a hundred megabytes. */
const MOST_ADD_SOUND_SECONDS = 2;

async function withRoom(
  setting: Setting,
  bytes: number,
  run: (setting: Setting, film: string) => Promise<Outcome>,
): Promise<Outcome> {
  const reason = await noRoom(setting.folder, bytes);
  if (reason !== undefined) return { skipped: [reason] };
  const film = join(setting.folder, "film.mp4");
  return run(setting, await makeFilm(film, SHAPE, { seconds: SECONDS }));
}

async function compareCaptions(
  { folder, runs }: Setting,
  film: string,
): Promise<Outcome> {
  const captions = writeCaptionFiles(folder, LANGUAGES.length).flatMap(
    (path, i) => ["--captions", `${path}=${LANGUAGES[i]}`],
  );
  const out = join(folder, "out");
  const { peaks, difference, costs } = await muxBoth(runs, out, {
    without: [film],
    "with captions": [film, ...captions],
  });
  return {
    costs,
    figures: [
      difference("wallSeconds", "more time", "s", MOST_CAPTION_SECONDS),
      difference("peakBytes", "more memory", "MB", MOST_CAPTION_MB),
      ...peaks,
    ],
  };
}

async function compareLanguages(
  { folder, runs }: Setting,
  film: string,
): Promise<Outcome> {
  const sound = join(folder, "sound.m4a");
  await copySound(film, sound);
  const others = LANGUAGES.slice(1, 4).map((language) => {
    const path = join(folder, `${language}.m4a`);
    copyFileSync(sound, path);
    return { path, language };
  });
  const inputs = others.map(({ path }) => path);
  const named = [film, ...inputs].flatMap((path, i) => [
    ...["--language", `${path}=${LANGUAGES[i]}`],
  ]);
  const out = join(folder, "out");
  const { peaks, difference, costs } = await muxBoth(runs, out, {
    one: [film, ...named.slice(0, 2)],
    four: [film, ...inputs, ...named],
  });
  const memory = difference("peakBytes", "each further language", "MB");
  const value = memory.value / others.length;
  return {
    costs,
    figures: [{ ...memory, value, most: MOST_LANGUAGE_MB }, ...peaks],
  };
}

async function compareChanges(
  { folder, runs }: Setting,
  film: string,
): Promise<Outcome> {
  const folderOut = join(folder, "out");
  const [captions = ""] = writeCaptionFiles(folder, 1);
  const sound = join(folder, "sound.m4a");
  await copySound(film, sound);
  await measureCliPeak(["mux", film, "-o", folderOut, "--quiet", "--no-fsync"]);
  const ism = join(folderOut, "film.ism");
  const change = (...args: string[]) =>
    measureCliPeak([...args, "--quiet", "--no-fsync"]);
  const { costs, peaks } = await bothPeaks(runs, {
    "add captions": () => change("add", ism, "--captions", `${captions}=deu`),
    "remove captions": () => change("remove", ism, "text_deu"),
    "add sound": () => change("add", ism, "--audio-file", `${sound}=fra`),
    "remove sound": () => change("remove", ism, "audio_fra"),
  });
  const figures = Object.entries(costs).map(([name, all]): Figure => {
    const value = median(all.map(({ wallSeconds }) => wallSeconds));
    const most =
      name === "add sound" ? MOST_ADD_SOUND_SECONDS : MOST_ADD_SECONDS;
    return { what: name, value, unit: "s", most };
  });
  return { costs, figures: [...figures, ...peaks] };
}

async function copySound(film: string, sound: string): Promise<void> {
  const copy = ["-i", film, "-vn", "-c", "copy", "-movflags", "+faststart"];
  await ffmpeg(["-v", "error", "-nostdin", ...copy, sound], sound);
}

type Peak = Awaited<ReturnType<typeof measureCliPeak>>;

/** Commands in turn, with the largest memory of each. */
async function bothPeaks(
  runs: number,
  commands: Readonly<Record<string, () => Promise<Peak>>>,
  clean?: () => void,
) {
  const costs = (await inTurn(runs, commands, clean)) as Record<string, Peak[]>;
  const peaks = Object.entries(costs).map(([name, all]): Figure => {
    const value = Math.max(...all.map(({ peakBytes }) => peakBytes)) / 1e6;
    return { what: `${name}, Node process at its peak`, value, unit: "MB" };
  });
  return { costs, peaks };
}

/** Two muxes in turn, and how much more the second takes: the median of the pairs. */
async function muxBoth(
  runs: number,
  out: string,
  inputs: Readonly<Record<string, readonly string[]>>,
) {
  const commands = Object.entries(inputs).map(
    ([name, args]) =>
      [
        name,
        () =>
          measureCliPeak(["mux", ...args, "-o", out, "--quiet", "--no-fsync"]),
      ] as const,
  );
  const clean = () => rmSync(out, { recursive: true, force: true });
  const { costs, peaks } = await bothPeaks(
    runs,
    Object.fromEntries(commands),
    clean,
  );
  const [less = [], more = []] = Object.values(costs);
  const difference = (
    of: "wallSeconds" | "peakBytes",
    what: string,
    unit: "s" | "MB",
    most?: number,
  ): Figure => {
    const scale = unit === "MB" ? 1e6 : 1;
    const all = more.map((cost, i) => cost[of] - (less[i]?.[of] ?? NaN));
    const value = median(all) / scale;
    return { what, value, unit, ...(most !== undefined && { most }) };
  };
  return { costs, peaks, difference };
}
