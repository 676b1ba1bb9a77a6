import { existsSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import { PackError } from "../errors.js";
import { COMMAND_NAMES } from "./options/option.js";

/** Options of other tools, each with a sentence about ours. */
const ANSWERS: Readonly<Record<string, string>> = {
  ...alike(
    "The input has no flag: mss-pack film.mp4 -o out/.",
    ...["-i", "--input"],
  ),
  ...alike("The folder is given with -o.", "--outdir", "-d"),
  ...alike(
    "--overwrite replaces a package of the same name.",
    ...["-y", "-f", "--force", "--yes", "--clobber"],
  ),
  ...alike("A package that exists is left alone without --overwrite.", "-n"),
  ...alike(
    "mss-pack plan INPUT shows what would be done.",
    ...["--dry-run", "--simulate", "--info", "--list-streams"],
  ),
  ...alike("--quiet says nothing but errors.", "-q", "--silent"),
  ...alike(
    "--quiet and --verbose say less and more.",
    ...["-v", "--loglevel", "--log-level", "-loglevel"],
  ),
  ...alike(
    "Rungs have bitrates, which players choose by: --rung 1080p:5000k. A constant quality is not made here.",
    ...["--crf", "-crf", "--quality", "--qp", "--cq", "-qscale"],
  ),
  ...alike(
    "A rung has its bitrate behind its size: --rung 1080p:5000k.",
    ...["-b", "-b:v", "--vb", "--video-bitrate"],
  ),
  ...alike("The sound's bitrate is --audio-bitrate 128k.", "-b:a", "--ab"),
  ...alike(
    "The speed of x264 is --encoder-preset slow.",
    ...["-preset", "--speed", "--x264-preset"],
  ),
  ...alike(
    "Sizes are rungs: --max-height 720, or --rung 1280x720:2800k.",
    ...["--scale", "--resolution", "--size", "--width", "--height"],
    ...["-s", "-w"],
  ),
  ...alike(
    "Pictures are not cut here: ffmpeg -i IN -vf crop=W:H:X:Y OUT does it, before.",
    ...["--crop", "-vf", "--filter", "--vf"],
  ),
  ...alike(
    "Films are packaged whole: ffmpeg -ss START -to END -i IN -c copy OUT cuts one at key frames, before.",
    ...["--start", "-ss", "--end", "-to", "-t", "--duration", "--trim"],
  ),
  ...alike(
    "Captions are files: --captions FILE=LANGUAGE, such as --captions film.srt=eng; --captions auto takes those beside the film.",
    ...["--subtitle", "--subtitles", "--srt", "--vtt", "--sub", "-c:s"],
  ),
  ...alike(
    "The picture is H.264 and the sound AAC, which players of Smooth Streaming read. --copy video and --copy audio take the source's own.",
    ...["-c", "-c:v", "-c:a", "--codec", "--vcodec", "--acodec", "-vcodec"],
    ...["-acodec", "--encoder"],
  ),
  ...alike(
    "Streams are chosen with --video NUMBER and --audio NUMBER, as mss-pack plan numbers them.",
    ...["-map", "--map", "--track", "--tracks", "--audio-track", "-a"],
  ),
  ...alike(
    "The length of a fragment is --fragment SECONDS.",
    ...["--segment", "--segment-duration", "--segment-length", "-g"],
    ...["--fragment-duration", "--fragment-length", "--keyint"],
  ),
  ...alike(
    "The frame rate is the source's, up to 60; another is not made here.",
    ...["--fps", "-r", "--framerate", "--rate"],
  ),
  ...alike(
    "x264 takes all cores by itself. --jobs N works on several inputs at a time.",
    ...["--threads", "-threads", "--cpu"],
  ),
  ...alike(
    "--jobs N works on several inputs at a time.",
    ...["-j", "--parallel", "--concurrency"],
  ),
  ...alike(
    "--protect playready encrypts; mss-pack help protection tells where its key comes from.",
    ...["--drm", "--encrypt", "--encryption", "--playready"],
  ),
  ...alike(
    "Smooth Streaming is what is made here, nothing else.",
    ...["--hls", "--dash", "--format", "--mpd", "--m3u8"],
  ),
  ...alike(
    "One process answers: several on ports of their own can stand behind nginx.",
    "--workers",
  ),
  ...alike(
    "Patterns are given between quotes: mss-pack 'films/**/*.mp4' -o out/ --keep-folders. mss-pack watch has --recursive.",
    ...["--recursive", "-R"],
  ),
};

function alike(answer: string, ...names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, answer]));
}

/** Our option for an option of another tool, in a sentence. */
export function answerTo(option: string): string | undefined {
  return Object.hasOwn(ANSWERS, option) ? ANSWERS[option] : undefined;
}

/**
 * Without this check a misspelt command would count as a file.
 *
 * @throws PackError `usage` when the first word is no file and close to a command's name
 */
export function refuseMisspeltCommand([first = ""]: readonly string[]): void {
  if (first === "" || extname(first) !== "" || existsSync(first)) return;
  const near = COMMAND_NAMES.slice(1).find(
    (name) => distance(first.toLowerCase(), name) <= (name.length > 4 ? 2 : 1),
  );
  if (near === undefined) return;
  throw new PackError("usage", `"${first}" is no command and no file.`, {
    hint: `Did you mean mss-pack ${near}? A file of that name is given as ./${first}.`,
    facts: { found: first },
  });
}

/** How many letters to change, add or remove. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const change = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/**
 * A command line with -o, for a user who gave the folder last, as with cp.
 *
 * @returns undefined when the last word is no folder
 */
export function withOutputFlag(args: readonly string[]): string | undefined {
  const last = args.at(-1);
  if (last === undefined || args.length < 2 || !looksLikeFolder(last))
    return undefined;
  return `mss-pack ${[...args.slice(0, -1), "-o", last].join(" ")}`;
}

function looksLikeFolder(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined) return stats.isDirectory();
  return /[\\/]$/.test(path) || extname(basename(path)) === "";
}
