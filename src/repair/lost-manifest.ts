import { basename, extname } from "node:path";
import { codecOfSampleEntry } from "../codecs/index.js";
import { PackError } from "../errors.js";
import { indexedTracks, type IndexedTrack } from "../isobmff/media-index.js";
import { moovBeforeFragments } from "../isobmff/movie.js";
import { clearType } from "../isobmff/parsed-box.js";
import { toLanguage } from "../media/language.js";
import type { ClientManifest } from "../smooth/client-manifest.js";
import type { PackageFiles } from "../smooth/package-files.js";
import type { ServerTrack } from "../smooth/server-manifest.js";
import { namedByClient, type FoundTrack } from "./name-tracks.js";

/** A package without an .ism. */
export interface LostManifest {
  /** Of the package. */
  readonly name: string;
  /** Why its .ism is not read, in words without its name. */
  readonly fault: string;
  /** Its client manifest; undefined when that is lost, too. */
  readonly client: ClientManifest | undefined;
}

/**
 * What a lost .ism would name: the tracks of its media files. Names, languages and bitrates are those of the client
 * manifest, where that is there; else languages are those of the media.
 *
 * @throws PackError `input` when there is no such file
 */
export async function tracksOfFiles(
  lost: LostManifest,
  files: PackageFiles,
): Promise<ServerTrack[]> {
  const found: FoundTrack[] = [];
  for (const file of await mediaFiles(lost, files))
    found.push(...(await tracksIn(file, files)));
  if (found.length > 0) return namedByClient(found, lost.client);
  throw new PackError(
    "input",
    `${lost.name}.ism: ${lost.fault}, and no .ismv or .isma beside it has its name. Expected the .ism of a package.`,
  );
}

/** Those of its name; where there are none, all of a folder that has no other package. */
async function mediaFiles(
  { name, client }: LostManifest,
  files: PackageFiles,
): Promise<string[]> {
  const all = [...(await files.list(""))].sort();
  const media = all.filter((file) => /\.ism[avt]$/i.test(file));
  const own = media.filter((file) => isOf(file, name));
  const others = all.filter(
    (file) => /\.ismc?$/i.test(file) && baseOf(file) !== name,
  );
  const isAlone = client !== undefined && others.length === 0;
  return own.length === 0 && isAlone ? media : own;
}

function baseOf(file: string): string {
  return basename(file, extname(file));
}

/** `film.ismv`, `film_1200.ismv`, and not those of `film2`. */
function isOf(file: string, name: string): boolean {
  return file.startsWith(name) && /^[._-]/.test(file.slice(name.length));
}

async function tracksIn(
  src: string,
  files: PackageFiles,
): Promise<FoundTrack[]> {
  let bytes = 0;
  const moov = await files
    .read(src, (file, size) => {
      bytes = size;
      return moovBeforeFragments(file, size, src);
    })
    .catch((error: unknown) => {
      if (error instanceof PackError) return undefined;
      throw error;
    });
  const inside = [...indexedTracks(moov)];
  // A file that cannot be read is told by its reader.
  if (moov === undefined)
    return [{ src, trackId: 1, kind: kindOfName(src), language: "und", bytes }];
  return inside.flatMap(([trackId, track]) => {
    const kind = kindOf(track);
    if (kind === undefined) return [];
    const own = { src, trackId, kind, language: toLanguage(track.language) };
    const [entry] = track.sampleEntries;
    return { ...own, bytes: bytes / inside.length, ...(entry && { entry }) };
  });
}

function kindOfName(file: string): string {
  const letter = extname(file).at(-1)?.toLowerCase() ?? "";
  return { v: "video", a: "audio" }[letter] ?? TEXT;
}

/** As an .ism calls text. */
const TEXT = "textstream";

/** Of a codec that is not known, the handler tells. */
function kindOf({ sampleEntries, handler }: IndexedTrack): string | undefined {
  const [entry] = sampleEntries;
  const kind = entry && codecOfSampleEntry(clearType(entry))?.kind;
  if (kind !== undefined) return kind === "text" ? TEXT : kind;
  return { vide: "video", soun: "audio", text: TEXT, subt: TEXT }[handler];
}
