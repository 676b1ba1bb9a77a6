import { findProgram, run, tools } from "../../support/programs.js";

export async function missingForYtDlp(): Promise<string[]> {
  return (await findProgram("yt-dlp")) === undefined ? ["yt-dlp"] : [];
}

/** Nothing of the user's own settings, no part files, no questions. */
const ALONE = ["--ignore-config", "--no-progress", "--no-cache-dir"];

export async function download(
  url: string,
  format: string,
  path: string,
): Promise<void> {
  const { ffmpeg } = await tools();
  await run("yt-dlp", [
    ...ALONE,
    ...["--ffmpeg-location", ffmpeg.path],
    ...["-f", format, "-o", path, url],
  ]);
}

/** The names of the sounds, and the languages of the captions. */
export async function listed(
  url: string,
): Promise<{ sounds: string[]; captions: string[] }> {
  const { stdout } = await run("yt-dlp", [...ALONE, "-J", url]);
  const { formats, subtitles } = JSON.parse(stdout.toString()) as {
    formats: { format_id: string }[];
    subtitles: object;
  };
  return {
    sounds: formats.flatMap(
      ({ format_id: id }) => /^(audio.*)-/.exec(id)?.[1] ?? [],
    ),
    captions: Object.keys(subtitles),
  };
}

/** All captions, as `path.eng.ismt`. */
export async function downloadCaptions(
  url: string,
  path: string,
): Promise<void> {
  await run("yt-dlp", [
    ...[...ALONE, "--skip-download", "--write-subs", "--sub-langs", "all"],
    ...["-o", path, url],
  ]);
}
