import type { FileHandle } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { messageOf, PackError, readingError } from "../errors.js";
import { readMediaIndex, type MediaIndex } from "../isobmff/media-index.js";
import { openFile } from "../isobmff/scan.js";
import type {
  Presentation,
  Protected,
  ReadStream,
} from "../media/presentation.js";
import type { XmlElement } from "../util/xml.js";
import {
  numberIn,
  readClientManifest,
  type ClientManifest,
} from "./client-manifest.js";
import { readManifest, type ManifestFile } from "./manifest-file.js";
import { plainSystemId, protectionsIn } from "./protection-element.js";
import { readStreams } from "./read-streams.js";
import { sidecarsOf } from "./sidecars.js";
import {
  isPlainName,
  readServerManifest,
  type ServerManifest,
} from "./server-manifest.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";

/**
 * Access to the files of a package: which names are allowed, what is noted of files, and
 * who closes them.
 */
export interface PackageFiles {
  /** Reads a manifest. */
  manifest(name: string): Promise<ManifestFile>;
  /** Opens a media file for as long as it is read. */
  read<T>(
    name: string,
    read: (file: FileHandle, size: number) => Promise<T>,
  ): Promise<T>;
}

/** A package that was read, but none of its media. */
export interface ReadPackage extends Presentation<ReadStream> {
  /** File name of the client manifest. */
  readonly clientManifest: string;
}

/**
 * Reads a package, ours or another maker's: both manifests, and of each media file the
 * moov and the places of its fragments. A track with an unknown codec has the four
 * characters of its sample entry and no codec.
 *
 * @param ism its server manifest
 * @throws PackError `input` when it is no package, or files are missing or damaged
 */
export async function readPackage(
  ism: string,
  files: PackageFiles = packageFilesBeside(ism),
): Promise<ReadPackage> {
  const { name, server, client } = await readManifests(ism, files);
  const media = new Map<string, MediaIndex>();
  for (const { src } of server.tracks) {
    if (media.has(src)) continue;
    const own = server.tracks.filter((track) => track.src === src);
    const ids = new Set(own.map(({ trackId }) => trackId));
    const index = await files.read(src, (file, size) =>
      readMediaIndex(file, size, src, ids),
    );
    media.set(src, index);
  }
  return {
    name,
    duration: durationOf(client),
    streams: readStreams(server, client, media),
    protection: protectionOf(client.root),
    sidecars: sidecarsOf(server.root),
    clientManifest: client.file,
  };
}

/** The manifests of a package, as text and as data. */
export interface Manifests {
  /** Base name of the .ism. */
  readonly name: string;
  readonly server: ServerManifest &
    ManifestFile & {
      /** As the .ism names it, else the usual name. */
      readonly clientManifest: string;
    };
  readonly client: ClientManifest & ManifestFile;
}

/**
 * Reads only the manifests of a package.
 *
 * @throws PackError `input` when they are no manifests
 */
export async function readManifests(
  ism: string,
  files: PackageFiles = packageFilesBeside(ism),
): Promise<Manifests> {
  const file = basename(ism);
  const name = basename(file, extname(file));
  const server = await readServer(file, files);
  const client = await readClient(server.clientManifest, files);
  return { name, server, client };
}

/**
 * The server manifest of a package. @throws PackError `input` when it is no server
 * manifest, or names no track
 */
export async function readServer(
  file: string,
  files: PackageFiles,
): Promise<Manifests["server"]> {
  const manifest = await files.manifest(file);
  requireRoot(manifest.root, "smil", file);
  const server = readServerManifest(manifest.root);
  if (server.tracks.length === 0)
    throw new PackError("input", `${file}: names no track.`, { hint: HINT });
  const usual = `${basename(file, extname(file))}.ismc`;
  const clientManifest = server.clientManifest ?? usual;
  return { ...manifest, ...server, clientManifest };
}

/** The client manifest of a package. @throws PackError `input` when it is no client manifest */
export async function readClient(
  file: string,
  files: PackageFiles,
): Promise<Manifests["client"]> {
  const manifest = await files.manifest(file);
  requireRoot(manifest.root, "SmoothStreamingMedia", file);
  return { ...manifest, ...readClientManifest(manifest.root, file) };
}

const HINT = "Give the .ism file of a package.";

function requireRoot({ name }: XmlElement, root: string, file: string): void {
  if (name === root) return;
  throw new PackError(
    "input",
    `${file}: its root element is ${name}, expected ${root}.`,
    { hint: HINT },
  );
}

function durationOf({ root, duration }: ClientManifest): number {
  const timescale = root.attributes.has("TimeScale")
    ? numberIn(root, "TimeScale")
    : SMOOTH_TIMESCALE;
  return Math.round((duration / timescale) * SMOOTH_TIMESCALE) || 0;
}

/** Players read only the first header. */
function protectionOf(root: XmlElement): Protected | undefined {
  const [first] = protectionsIn(root) ?? [];
  return (
    first && {
      systemId: plainSystemId(first),
      data: Buffer.from(first.header, "base64"),
    }
  );
}

/** The files in the folder of an .ism, and no other files. */
export function packageFilesBeside(ism: string): PackageFiles {
  const folder = dirname(resolve(ism));
  return {
    async manifest(name) {
      requirePlain(name, ism);
      return readManifest(folder, name);
    },
    async read(name, read) {
      requirePlain(name, ism);
      const file = await openFile(join(folder, name)).catch(
        (cause: unknown) => {
          const message = `${name}: cannot be opened (${messageOf(cause)}).`;
          throw new PackError("input", message, { cause });
        },
      );
      try {
        return await read(file, (await file.stat()).size);
      } catch (cause) {
        if (cause instanceof PackError) throw cause;
        const message = `${name}: cannot be read (${readingError(cause)}).`;
        throw new PackError("input", message, { cause });
      } finally {
        await file.close();
      }
    },
  };
}

/** @throws PackError `input` for a name that leads out of the folder */
export function requirePlain(name: string, ism: string): void {
  if (isPlainName(name)) return;
  throw new PackError(
    "input",
    `${ism}: names ${JSON.stringify(name)}. Expected files beside it.`,
  );
}
