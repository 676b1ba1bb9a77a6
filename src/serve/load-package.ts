import { fstatSync } from "node:fs";
import { readdir, stat, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf, PackError, readingError } from "../errors.js";
import { openFile } from "../isobmff/scan.js";
import type { ReadStream } from "../media/presentation.js";
import { readBytes, type ManifestFile } from "../smooth/manifest-file.js";
import {
  kindAt,
  type NameKind,
  type PackageFiles,
} from "../smooth/package-files.js";
import { makeClientManifest } from "../smooth/make-manifest.js";
import { readPackage, type ReadPackage } from "../smooth/read-package.js";
import {
  identityAt,
  identityOf,
  isSame,
  MISSING,
} from "../util/file-identity.js";
import { insideOf } from "../util/paths.js";
import { parseXml } from "../util/xml.js";
import { servedFile, type OpenFiles, type ServedFile } from "./open-files.js";
import {
  levelKey,
  type LoadedPackage,
  type PackageFolder,
  PackageProblem,
  type ServedLevel,
  type ServedStream,
} from "./package.js";

/** Where a package was found. */
export interface PackagePlace {
  /** Real path of the folder that was searched. */
  readonly root: string;
  /** Path below the root, without `.ism`; `/` between parts. */
  readonly path: string;
  /** Path of the .ism. */
  readonly file: string;
}

/**
 * Reads a package: both manifests and the index of every media file.
 *
 * @param seen filled with the files that were read, also when there is a problem
 * @param isDoubted reads all fragments, because an index led to a place without one
 * @throws PackageProblem when the package cannot be served
 */
export async function loadPackage(
  place: PackagePlace,
  files: OpenFiles,
  seen: Map<string, string>,
  isDoubted = false,
): Promise<LoadedPackage> {
  const loading = new Loading(place, files, seen);
  try {
    const read = await readPackage(place.file, loading, isDoubted);
    refusePlain(read);
    const manifest = loading.manifests.get(read.clientManifest);
    const madeManifest = read.isMade && Buffer.from(makeClientManifest(read));
    const server = loading.manifests.get(basename(place.file));
    const sidecars = await loading.sidecars(read.sidecars ?? []);
    // A package that was replaced during the reading may be half old and half new.
    const isRead = manifest !== undefined || madeManifest !== undefined;
    if (!isRead || server === undefined || !(await isSame(seen)))
      throw new PackageProblem(
        `${place.path}.ism: is being changed right now.`,
      );
    const snapshot = new Map(seen);
    const own = served(place, read, loading.media);
    return { ...own, manifest, madeManifest, server, sidecars, snapshot };
  } catch (error) {
    // An unused open file would keep its space on the disk after its removal.
    for (const file of loading.media.values()) files.drop(file);
    if (error instanceof PackError) throw new PackageProblem(error.message);
    throw error;
  }
}

/** Nothing cuts plain files while they are served. */
function refusePlain({ streams }: ReadPackage): void {
  const plain = streams
    .flatMap(({ tracks }) => tracks)
    .find(({ isPlain }) => isPlain);
  if (plain === undefined) return;
  throw new PackageProblem(
    `${plain.file}: is an MP4 that is not cut into fragments. Azure's origin cut such files for each request; mss-pack mux makes a package of them.`,
  );
}

function served(
  { path, root, file }: PackagePlace,
  { duration, protection, streams, isLive, indexFaults }: ReadPackage,
  media: ReadonlyMap<string, ServedFile>,
): Omit<
  LoadedPackage,
  "manifest" | "madeManifest" | "server" | "sidecars" | "snapshot"
> {
  const inFolder = { root, folder: dirname(file) };
  const all = streams.map((stream) => servedStream(stream, media, inFolder));
  const levels = new Map<string, ServedLevel[]>();
  for (const stream of all)
    for (const level of stream.levels) {
      const key = levelKey(stream.name, level.bitrate);
      levels.set(key, [...(levels.get(key) ?? []), level]);
    }
  return {
    ...{ path, duration, levels, protection, isLive: isLive === true },
    streams: all,
    media: [...media.values()],
    indexFaults,
  };
}

function servedStream(
  { kind, tracks, ...told }: ReadStream,
  media: ReadonlyMap<string, ServedFile>,
  place: PackageFolder,
): ServedStream {
  const levels: ServedLevel[] = [];
  const stream: ServedStream = {
    ...{ ...told, type: kind, levels },
  };
  for (const track of tracks) {
    const file = media.get(track.file) ?? headerIn(track.file, media);
    if (file !== undefined) levels.push({ ...track, stream, file, place });
  }
  return stream;
}

/** The first file read of a folder. */
function headerIn(
  folder: string,
  media: ReadonlyMap<string, ServedFile>,
): ServedFile | undefined {
  const name = [...media.keys()].find((one) => one.startsWith(`${folder}/`));
  return media.get(name ?? "");
}

/** The files of a package during its reading: noted as they are read, and left open for replies. */
class Loading implements PackageFiles {
  /** The manifests, by name. */
  readonly manifests = new Map<string, ServedFile>();
  /** The files left open, by name. */
  readonly media = new Map<string, ServedFile>();
  readonly #root: string;
  readonly #folder: string;
  readonly #files: OpenFiles;
  readonly #seen: Map<string, string>;

  constructor(
    { root, file }: PackagePlace,
    files: OpenFiles,
    seen: Map<string, string>,
  ) {
    this.#root = root;
    this.#folder = dirname(file);
    this.#files = files;
    this.#seen = seen;
  }

  async manifest(name: string): Promise<ManifestFile> {
    const path = await this.#pathOf(name);
    const marks = await stat(path).catch(() => undefined);
    this.#seen.set(path, marks === undefined ? MISSING : identityOf(marks));
    if (marks !== undefined) this.manifests.set(name, servedFile(path, marks));
    const bytes = await readBytes(path).catch((error: unknown) => {
      throw new PackageProblem(`${name}: cannot be read (${reason(error)}).`);
    });
    try {
      return { bytes, root: parseXml(bytes) };
    } catch (error) {
      throw new PackageProblem(
        `${name}: is no manifest (${messageOf(error)}).`,
      );
    }
  }

  async kindOf(name: string): Promise<NameKind> {
    const path = await this.#pathOf(name);
    const kind = await kindAt(path);
    // A file that appears makes another package of it.
    if (kind === "nothing") this.#seen.set(path, MISSING);
    return kind;
  }

  async list(folder: string): Promise<readonly string[]> {
    return readdir(await this.#pathOf(folder));
  }

  async read<T>(
    name: string,
    read: (file: FileHandle, size: number) => Promise<T>,
  ): Promise<T> {
    const path = await this.#pathOf(name);
    const handle = await openFile(path).catch(async (error: unknown) => {
      this.#seen.set(path, await identityAt(path));
      throw new PackageProblem(`${name}: cannot be opened (${reason(error)}).`);
    });
    try {
      const file = servedFile(path, fstatSync(handle.fd));
      this.#seen.set(path, file.identity);
      const result = await read(handle, file.size);
      this.#files.release(this.#files.add(file, handle));
      this.media.set(name, file);
      return result;
    } catch (error) {
      await handle.close();
      if (error instanceof PackError) throw error;
      throw new PackageProblem(`${name}: cannot be read (${reason(error)}).`);
    }
  }

  /** Those that are there: a film plays without chapters. */
  async sidecars(names: readonly string[]): Promise<ServedFile[]> {
    const found: ServedFile[] = [];
    for (const name of names) {
      const path = await this.#pathOf(name);
      const marks = await stat(path).catch(() => undefined);
      this.#seen.set(path, marks?.isFile() ? identityOf(marks) : MISSING);
      if (marks?.isFile()) found.push(servedFile(path, marks));
    }
    return found;
  }

  /** The path of a file that a manifest names: it must lie in the served folder. */
  async #pathOf(name: string): Promise<string> {
    const path = await insideOf(this.#root, this.#folder, name);
    if (path !== undefined) return path;
    const namedPath = join(this.#folder, basename(name));
    this.#seen.set(namedPath, await identityAt(namedPath));
    throw new PackageProblem(
      `${JSON.stringify(name)}: is not a name of a file in the served folder.`,
    );
  }
}

/** Without paths: any client can read sentences about packages. */
function reason(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "no permission";
  return typeof code === "string" ? code : readingError(error);
}
