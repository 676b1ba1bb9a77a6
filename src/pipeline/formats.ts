import { join } from "node:path";
import type { TrackFile } from "../media/presentation.js";
import type { PlannedFile, TrackFileOptions } from "../mux/track-file.js";
import { writing } from "../output/errors.js";
import { stampText, type Stamp } from "../output/stamp.js";
import { makePresentation } from "../smooth/presentation.js";
import {
  filesOfManifests,
  OTHER_MANIFESTS,
  type OtherManifest,
} from "../smooth/sidecars.js";
import { writeNew } from "../util/files.js";
import type { VerifyOptions, VerifyReport } from "../verify/verify.js";

/** A kind of package: its files, their writers, and their check. */
export interface Format {
  /** Names of all its files, given those of its tracks and sidecars; the last one makes it visible. */
  files(name: string, others: readonly string[]): string[];
  /** Loads the code for the tracks and for the time after them: a tenth of a second. See {@link preload}. */
  load(): Promise<unknown>;
  tracks(
    planned: readonly PlannedFile[],
    options: TrackFileOptions,
  ): Promise<TrackFile[]>;
  manifests(described: DescribedPackage, folder: string): Promise<void>;
  /** Names of its manifests that the .ism tells, so that they belong to the package. Default: none. */
  named?(name: string): string[];
  /** Left out where the .ism names its manifests: the check of Smooth Streaming reads those too. */
  verify?(
    name: string,
    folder: string,
    options: VerifyOptions,
  ): Promise<VerifyReport>;
}

/** What manifests tell of a package. */
export interface DescribedPackage {
  readonly name: string;
  readonly tracks: readonly TrackFile[];
  /** Names of its chapters, thumbnails, and manifests of other formats. Default: none. */
  readonly sidecars?: readonly string[];
  readonly stamp?: Stamp | undefined;
}

/** Microsoft Smooth Streaming: .ismv and .isma files, .ismc, .ism. MS-SSTR 2.2 */
const smooth = {
  files: (name, others) => [...others, `${name}.ismc`, `${name}.ism`],

  load: () => Promise.all([trackCode(), manifestCode(), verifyCode()]),

  async tracks(planned, options) {
    const { writeTrackFiles } = await trackCode();
    return writeTrackFiles(planned, options);
  },

  async manifests({ name, tracks, sidecars, stamp }, folder) {
    const { ism, ismc } = await manifestCode();
    const presentation = { ...makePresentation(name, tracks), sidecars };
    await writeBytes(join(folder, `${name}.ismc`), ismc(presentation));
    const comment = stamp && stampText(stamp);
    await writeBytes(join(folder, `${name}.ism`), ism(presentation, comment));
  },

  async verify(name, folder, options) {
    const { verify } = await verifyCode();
    return verify(join(folder, `${name}.ism`), options);
  },
} satisfies Format;

/** MPEG-DASH: an .mpd over parts of the same files. ISO/IEC 23009-1 */
const dash = overTheSame("dash");

/** HTTP Live Streaming: playlists over parts of the same files. RFC 8216 */
const hls = overTheSame("hls");

/** Other manifests of the tracks of Smooth Streaming, and captions as files. */
function overTheSame(kind: OtherManifest): Format {
  const named = (name: string) => [`${name}${OTHER_MANIFESTS[kind]}`];
  return {
    named,
    files: (name, others) => {
      const media = others.filter((file) => MEDIA.test(file));
      return [...others, ...filesOfManifests(named(name), media)];
    },
    load: adaptiveCode,
    tracks: () => Promise.resolve([]),
    async manifests(described, folder) {
      const { writeOtherManifest } = await adaptiveCode();
      await writeOtherManifest(kind, described, folder);
    },
  };
}

const MEDIA = /\.ism[avt]$/i;

function adaptiveCode() {
  return import("./adaptive-formats.js");
}

function trackCode() {
  return import("../mux/track-file.js");
}

async function manifestCode() {
  const { ism } = await import("../smooth/write-manifests.js");
  const { ismc } = await import("../smooth/write-manifests.js");
  return { ism, ismc };
}

function verifyCode() {
  return import("../verify/verify.js");
}

/** Add a row here for a new format. */
export const FORMATS = { smooth, dash, hls } as const satisfies Record<
  string,
  Format
>;

export type FormatName = keyof typeof FORMATS;

/**
 * Names of the files of all formats together, given those of the tracks and sidecars; the
 * last one makes the package visible.
 */
export function packageFiles(
  formats: readonly Format[],
  name: string,
  others: readonly string[],
): string[] {
  return [...new Set(formats.flatMap((format) => format.files(name, others)))];
}

/**
 * Loads the code for the time after the tracks while other programs or threads work. A
 * loading error is reported when the code is needed. Loading it again costs nothing.
 */
export function preload(formats: readonly Format[]): void {
  for (const format of formats) format.load().catch(() => undefined);
}

/**
 * The rows of formats, Smooth Streaming last: its .ism makes a package visible, and the others
 * are about its tracks.
 */
export function formatRows(names: readonly FormatName[]): Format[] {
  const others = [...new Set(names)].filter((name) => name !== "smooth");
  return [...others.map((name) => FORMATS[name]), FORMATS.smooth];
}

/** Writes the tracks of all formats; formats that share a file write it once. */
export async function writeTracks(
  formats: readonly Format[],
  planned: readonly PlannedFile[],
  options: TrackFileOptions,
): Promise<TrackFile[]> {
  const written: TrackFile[] = [];
  for (const format of formats) {
    const isWritten = ({ file }: PlannedFile) =>
      written.some((other) => other.file === file);
    const missing = planned.filter((file) => !isWritten(file));
    written.push(...(await format.tracks(missing, options)));
  }
  return written;
}

/** Writes the manifests of all formats. */
export async function writeManifests(
  formats: readonly Format[],
  ...of: Parameters<Format["manifests"]>
): Promise<void> {
  const [{ name, sidecars = [], ...described }, folder] = of;
  const named = formats.flatMap((format) => format.named?.(name) ?? []);
  const all = { ...described, name, sidecars: [...sidecars, ...named] };
  for (const format of formats) await format.manifests(all, folder);
}

/** @throws PackError `output` when the disk refuses */
async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  await writing(path, () => writeNew(path, bytes));
}
