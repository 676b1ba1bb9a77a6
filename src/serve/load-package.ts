import { fstatSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf, PackError, readingFault } from "../errors.js";
import { readMediaIndex } from "../isobmff/media-index.js";
import { openFile } from "../isobmff/scan.js";
import {
  readClientManifest,
  type ClientManifest,
} from "../smooth/client-manifest.js";
import { readBytes } from "../smooth/manifest-text.js";
import {
  readServerManifest,
  type ServerManifest,
  type ServerTrack,
} from "../smooth/server-manifest.js";
import { identityAt, isSame } from "../util/file-identity.js";
import { insideOf } from "../util/paths.js";
import { descendants, parseXml, type XmlElement } from "../util/xml-reader.js";
import { servedFile, type OpenFiles, type ServedFile } from "./open-files.js";
import {
  type IndexedFile,
  type LoadedPackage,
  PackageProblem,
} from "./package.js";
import { makeStreams } from "./streams.js";

/** Where a package was found. */
export interface PackagePlace {
  /** Real path of the folder that was searched. */
  readonly root: string;
  /** Below the root, without `.ism`; `/` between parts. */
  readonly path: string;
  /** Of the .ism. */
  readonly file: string;
}

/** What a package was read from, as long as it is being read. */
interface Loading {
  /** Real path of the folder that is served. */
  readonly root: string;
  readonly folder: string;
  readonly files: OpenFiles;
  readonly seen: Map<string, string>;
  /** Files that were left open for replies. */
  readonly opened: ServedFile[];
}

/**
 * Reads a package: both manifests and the index of every media file.
 *
 * @param seen filled with what was looked at, also when there is a problem
 * @throws PackageProblem when it cannot be served
 */
export async function loadPackage(
  place: PackagePlace,
  files: OpenFiles,
  seen: Map<string, string>,
): Promise<LoadedPackage> {
  const { root } = place;
  const folder = dirname(place.file);
  const loading: Loading = { root, folder, files, seen, opened: [] };
  try {
    return await read(loading, place);
  } catch (error) {
    // A file that nobody is served from keeps its room on the disk as long as it is open.
    for (const file of loading.opened) files.drop(file);
    throw error;
  }
}

async function read(
  loading: Loading,
  place: PackagePlace,
): Promise<LoadedPackage> {
  const { seen } = loading;
  const server = readServerManifest(
    await readXml(loading, basename(place.file), "smil"),
  );
  const ismc = server.clientManifest ?? `${basename(place.path)}.ismc`;
  const client = readClientManifest(
    await readXml(loading, ismc, "SmoothStreamingMedia"),
    ismc,
  );
  const media = await readMedia(loading, server);
  const result = assemble(place, server, client, media);
  const ismcPath = await pathOf(loading, ismc);
  const manifest = servedFile(ismcPath, await stat(ismcPath));
  // What was replaced while it was read may be half old and half new.
  if (!(await isSame(seen)))
    throw new PackageProblem(`${place.path}.ism: is being changed right now.`);
  return { ...result, manifest, snapshot: new Map(seen) };
}

function assemble(
  { path }: PackagePlace,
  server: ServerManifest,
  client: ClientManifest,
  media: ReadonlyMap<string, IndexedFile>,
): Omit<LoadedPackage, "manifest" | "snapshot"> {
  const { streams, levels } = makeStreams(server, client, media);
  const timescale = Number(client.root.attributes.get("TimeScale") ?? 1e7);
  return {
    path,
    duration: Math.round((client.duration / timescale) * 1e7) || 0,
    isProtected: descendants(client.root, "ProtectionHeader").length > 0,
    streams,
    levels,
    media: [...media.values()].map(({ file }) => file),
  };
}

async function readXml(
  loading: Loading,
  name: string,
  root: string,
): Promise<XmlElement> {
  const path = await pathOf(loading, name);
  loading.seen.set(path, await identityAt(path));
  const bytes = await readBytes(path).catch((error: unknown) => {
    throw new PackageProblem(`${name}: cannot be read (${reason(error)}).`);
  });
  const element = parse(bytes, name);
  if (element.name === root) return element;
  throw new PackageProblem(
    `${name}: its root element is ${element.name}, expected ${root}.`,
  );
}

function parse(bytes: Uint8Array, name: string): XmlElement {
  try {
    return parseXml(bytes);
  } catch (error) {
    throw new PackageProblem(`${name}: is no manifest (${messageOf(error)}).`);
  }
}

async function readMedia(
  loading: Loading,
  { tracks }: ServerManifest,
): Promise<Map<string, IndexedFile>> {
  if (tracks.length === 0) throw new PackageProblem("The .ism names no track.");
  const media = new Map<string, IndexedFile>();
  for (const { src } of tracks) {
    if (media.has(src)) continue;
    media.set(src, await readFile(loading, src, tracks));
  }
  return media;
}

async function readFile(
  loading: Loading,
  src: string,
  tracks: readonly ServerTrack[],
): Promise<IndexedFile> {
  const path = await pathOf(loading, src);
  const handle = await openFile(path).catch(async (error: unknown) => {
    loading.seen.set(path, await identityAt(path));
    throw new PackageProblem(`${src}: cannot be opened (${reason(error)}).`);
  });
  const file = servedFile(path, fstatSync(handle.fd));
  loading.seen.set(path, file.identity);
  const own = tracks.filter((track) => track.src === src);
  const ids = new Set(own.map(({ trackId }) => trackId));
  try {
    const index = await readMediaIndex(handle, file.size, src, ids);
    loading.files.release(loading.files.add(file, handle));
    loading.opened.push(file);
    return { file, index };
  } catch (error) {
    await handle.close();
    if (error instanceof PackError) throw new PackageProblem(error.message);
    throw new PackageProblem(`${src}: cannot be read (${reason(error)}).`);
  }
}

/** The path of a file that a manifest names: it must lie in the folder that is served. */
async function pathOf(
  { root, folder, seen }: Loading,
  name: string,
): Promise<string> {
  const path = await insideOf(root, folder, name);
  if (path !== undefined) return path;
  const wanted = join(folder, basename(name));
  seen.set(wanted, await identityAt(wanted));
  throw new PackageProblem(
    `${JSON.stringify(name)}: is not a name of a file in the served folder.`,
  );
}

/** Without paths: sentences about packages are told to whoever asks. */
function reason(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "no permission";
  return typeof code === "string" ? code : readingFault(error);
}
