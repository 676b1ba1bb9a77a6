import { basename } from "node:path";
import { addStreams } from "../pipeline/add-streams.js";
import { endHalfDone, type ChangeOptions } from "../pipeline/change-package.js";
import { removeStreams } from "../pipeline/remove-streams.js";
import {
  withReporter,
  type InputReporter,
  type ReporterFlags,
} from "./choose-reporter.js";
import { deliveredMessage } from "./messages.js";
import { fileWord } from "./mux-words.js";
import type { KeyFlags } from "./options/protection.js";
import { isProtected, keyForPackage } from "./protection.js";
import { refuseFilm } from "./wrong-turns.js";

/** Options of `mss-pack remove`, as commander's values. */
export interface RemoveFlags extends ReporterFlags {
  readonly verify: "quick" | "full";
  readonly fsync: boolean;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
}

/** Options of `mss-pack add`, as commander's values. */
export interface AddFlags extends RemoveFlags, KeyFlags {
  readonly audioFile?: string[];
  readonly captions?: string[];
  readonly captionsEncoding?: string;
}

/** `mss-pack add film.ism --captions film.de.srt=deu` */
export async function addCommand(
  ism: string,
  flags: AddFlags,
  signal: AbortSignal,
): Promise<void> {
  refuseFilm(ism);
  const named = await Promise.all((flags.audioFile ?? []).map(fileWord));
  const audioFiles = named.flat();
  await endHalfDone(ism, signal);
  // Captions are never encrypted.
  const needsKey = audioFiles.length > 0 && (await isProtected(ism));
  const contentKey = needsKey
    ? await keyForPackage(ism, flags, { output: ism, signal })
    : undefined;
  await withReporter(flags, ism, async (reporter) => {
    const delivered = await addStreams(ism, {
      ...changeOptions(flags, signal, reporter),
      ...{ audioFiles, contentKey },
      captions: flags.captions,
      captionsEncoding: flags.captionsEncoding,
    });
    return deliveredMessage(delivered, { name: nameOf(ism), notes: [] });
  });
}

/** `mss-pack remove film.ism text_deu` */
export async function removeCommand(
  ism: string,
  streams: readonly string[],
  flags: RemoveFlags,
  signal: AbortSignal,
): Promise<void> {
  refuseFilm(ism);
  await withReporter(flags, ism, async (reporter) => {
    const options = changeOptions(flags, signal, reporter);
    const delivered = await removeStreams(ism, streams, options);
    return deliveredMessage(delivered, { name: nameOf(ism), notes: [] });
  });
}

function changeOptions(
  flags: RemoveFlags,
  signal: AbortSignal,
  reporter: InputReporter,
): ChangeOptions {
  return {
    ...{ verify: flags.verify, fsync: flags.fsync, signal },
    ffmpegPath: flags.ffmpeg,
    ffprobePath: flags.ffprobe,
    onProgress: (progress) => reporter.progress(progress),
  };
}

/** Base name of a package. */
function nameOf(ism: string): string {
  return basename(ism).replace(/\.ism$/i, "");
}
