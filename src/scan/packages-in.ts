import { basename, extname, join } from "node:path";
import { packageFilesBeside } from "../smooth/package-files.js";
import { readServer } from "../smooth/read-package.js";
import { isInsideName } from "../smooth/server-manifest.js";
import { sidecarsOf } from "../smooth/sidecars.js";
import type { PackageKind } from "./row.js";

/** A package that is to be read. */
export interface FoundPackage {
  /** Path below the scanned folder, with `/` between parts. */
  readonly path: string;
  readonly kind: PackageKind;
  /** Where its names count from. */
  readonly folder: string;
  /** The manifest or media file that stands for it; empty for folders of fragments. */
  readonly file: string;
  /** All of its files, and folders of fragments: what must be the same for the answer to be. */
  readonly names: readonly string[];
}

/** What lies in one folder. */
export interface FolderContent {
  readonly folder: string;
  /** Path of the folder below the scanned one, with `/` at its end. */
  readonly below: string;
  /** Names of files, in order. */
  readonly files: readonly string[];
  /** Names, also in folders below, that belong to packages further up. */
  readonly claimed: ReadonlySet<string>;
}

/** Azure's name for the file with ftyp and moov. */
const HEADER = /^header$/i;

/** Names of fragments are their times. */
const FRAGMENT = /^\d{1,20}$/;

/** Does a folder hold a track: a header, and a file for each fragment? */
export function looksLikeTrack(files: readonly string[]): boolean {
  return (
    files.some((name) => HEADER.test(name)) &&
    files.some((name) => FRAGMENT.test(name))
  );
}

const SERVER = /.\.ism$/i;
const CLIENT = /.\.ismc$/i;
const MEDIA = /.\.ism[avt]$/i;

/**
 * The packages of a folder: each .ism with the files that it names, then each .ismc that is left,
 * then the media files that are left.
 *
 * @returns with all names that belong to a package, also in folders below
 */
export async function packagesIn(content: FolderContent): Promise<{
  readonly packages: readonly FoundPackage[];
  readonly claims: ReadonlySet<string>;
}> {
  const { folder, below, files } = content;
  const claims = new Set(content.claimed);
  const packages: FoundPackage[] = [];
  const add = (kind: PackageKind, file: string, names: readonly string[]) => {
    for (const name of names) claims.add(name);
    packages.push({ path: below + file, kind, folder, file, names });
  };
  const left = (kind: RegExp) =>
    files.filter((name) => kind.test(name) && !claims.has(name));
  for (const file of left(SERVER))
    add("ism", file, await namesOf(file, content));
  for (const file of left(CLIENT)) {
    const media = left(MEDIA).filter((name) => isNamedLike(name, file));
    add("ismc", file, [file, ...media]);
  }
  for (const file of left(MEDIA)) add("media", file, [file]);
  return { packages, claims };
}

/** The files of a package, by its .ism; of one that cannot be read, those that are named like it. */
async function namesOf(
  file: string,
  { folder, files }: FolderContent,
): Promise<readonly string[]> {
  const beside = packageFilesBeside(join(folder, file));
  try {
    const server = await readServer(file, beside);
    const named = [
      ...[file, server.clientManifest],
      ...server.tracks.map(({ src }) => src),
      ...sidecarsOf(server.root),
    ];
    return [...new Set(named.filter(isInsideName))];
  } catch {
    const isOwn = (name: string) =>
      (MEDIA.test(name) || CLIENT.test(name)) && isNamedLike(name, file);
    return [file, ...files.filter(isOwn)];
  }
}

/** `film_300.ismv` is named like `film.ismc`, and `films.ismv` is not. */
function isNamedLike(name: string, manifest: string): boolean {
  const base = basename(manifest, extname(manifest));
  return name.startsWith(base) && /^[-_. ]/.test(name.slice(base.length));
}
