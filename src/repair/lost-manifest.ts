import { PackError } from "../errors.js";
import { indexedTracks } from "../isobmff/media-index.js";
import { moovBeforeFragments } from "../isobmff/movie.js";
import { codecOfSampleEntry } from "../codecs/index.js";
import { clearType } from "../isobmff/parsed-box.js";
import type { PackageFiles } from "../smooth/package-files.js";
import type { ServerTrack } from "../smooth/server-manifest.js";

/**
 * What a lost .ism would name: the tracks of the media files that begin with its name, by their moovs.
 *
 * @param name of the package
 * @param fault why its .ism is not read, in words without its name
 * @throws PackError `input` when there is no such file
 */
export async function tracksOfFiles(
  name: string,
  fault: string,
  files: PackageFiles,
): Promise<ServerTrack[]> {
  const names = (await files.list("")).filter(
    (file) => /\.ism[avt]$/i.test(file) && isOf(file, name),
  );
  const tracks: ServerTrack[] = [];
  for (const file of names.sort())
    tracks.push(...(await tracksIn(file, files)));
  if (tracks.length > 0) return tracks;
  throw new PackError(
    "input",
    `${name}.ism: ${fault}, and no .ismv or .isma beside it has its name. Expected the .ism of a package.`,
  );
}

/** `film.ismv`, `film_1200.ismv`, and not those of `film2`. */
function isOf(file: string, name: string): boolean {
  return file.startsWith(name) && /^[._-]/.test(file.slice(name.length));
}

async function tracksIn(
  src: string,
  files: PackageFiles,
): Promise<ServerTrack[]> {
  const moov = await files
    .read(src, (file, size) => moovBeforeFragments(file, size, src))
    .catch((error: unknown) => {
      if (error instanceof PackError) return undefined;
      throw error;
    });
  return [...indexedTracks(moov)].flatMap(([trackId, described]) => {
    const [entry] = described.sampleEntries;
    const kind = entry && codecOfSampleEntry(clearType(entry))?.kind;
    if (kind === undefined) return [];
    const name = kind === "text" ? "textstream" : kind;
    return {
      ...{ kind: name, src, trackId, name, bitrate: NaN },
      ...{ language: described.language, params: new Map<string, string>() },
    };
  });
}
