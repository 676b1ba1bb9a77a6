import { basename, extname } from "node:path";
import { PackError } from "../errors.js";
import type { IndexRequest } from "../isobmff/media-index.js";
import type {
  Presentation,
  Protected,
  ReadStream,
} from "../media/presentation.js";
import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import type { XmlElement } from "../util/xml.js";
import {
  numberIn,
  readClientManifest,
  type ClientManifest,
} from "./client-manifest.js";
import type { ManifestFile } from "./manifest-file.js";
import { packageFilesBeside, type PackageFiles } from "./package-files.js";
import { plainSystemId, protectionsIn } from "./protection-element.js";
import { readMedia, type ReadMedia } from "./read-media.js";
import { announcedTimesOf, readStreams, streamNamed } from "./read-streams.js";
import { sidecarsOf } from "./sidecars.js";
import { readServerManifest, type ServerManifest } from "./server-manifest.js";

/** A package that was read, but none of its media. */
export interface ReadPackage extends Presentation<ReadStream> {
  /** File name of the client manifest. */
  readonly clientManifest: string;
  /** There is no client manifest: times, sizes and languages are those of the .ism and the files. */
  readonly isMade?: true;
  /** The client manifest says that more comes: players of Smooth wait for it. */
  readonly isLive?: true;
  /** What is wrong with the index of a file, as the end of a sentence; its fragments were read instead. */
  readonly indexFaults: ReadonlyMap<string, string>;
}

/**
 * Reads a package, ours or another maker's: both manifests, and of each media file the
 * moov and the places of its fragments. A track with an unknown codec has the four
 * characters of its sample entry and no codec. Without a client manifest, the files tell
 * what it would.
 *
 * @param ism its server manifest
 * @param isDoubted reads all fragments, because an index was found to be wrong
 * @throws PackError `input` when it is no package, or files are missing or damaged
 */
export async function readPackage(
  ism: string,
  files: PackageFiles = packageFilesBeside(ism),
  isDoubted = false,
): Promise<ReadPackage> {
  const file = basename(ism);
  const name = basename(file, extname(file));
  const server = await readServer(file, files);
  const { clientManifest } = server;
  const isMissing = (await files.kindOf(clientManifest)) === "nothing";
  const client = isMissing
    ? undefined
    : await readClient(clientManifest, files);
  const media = new Map<string, ReadMedia>();
  for (const { src } of server.tracks)
    if (!media.has(src))
      media.set(
        src,
        await readMedia(src, files, {
          ...request(src, server, client),
          isDoubted,
        }),
      );
  const streams = readStreams(server, client, media);
  const read = {
    ...{ name, streams, clientManifest },
    sidecars: sidecarsOf(server.root),
    indexFaults: faultsIn(media),
  };
  if (client === undefined) {
    const [protection] = [...media.values()].flatMap(({ systems }) => systems);
    return { ...read, duration: lengthOf(streams), protection, isMade: true };
  }
  const duration = durationOf(client);
  const isLive = client.root.attributes.get("IsLive")?.toLowerCase() === "true";
  return {
    ...(isLive && { isLive }),
    ...read,
    duration,
    protection: protectionOf(client.root),
  };
}

function faultsIn(media: ReadonlyMap<string, ReadMedia>): Map<string, string> {
  return new Map(
    [...media].flatMap(([src, { indexFault }]): [string, string][] =>
      indexFault === undefined ? [] : [[src, indexFault]],
    ),
  );
}

/** What must be known of the fragments of a file. */
function request(
  src: string,
  { tracks }: ServerManifest,
  client: ClientManifest | undefined,
): IndexRequest {
  const own = tracks.filter((track) => track.src === src);
  return {
    trackIds: new Set(own.map(({ trackId }) => trackId)),
    announced(trackId, timescale) {
      const track = own.find((one) => one.trackId === trackId);
      const stream = track && streamNamed(client, track.name);
      if (client === undefined || stream === undefined) return [];
      const announced = announcedTimesOf(stream, client);
      const to = timescale ?? announced.timescale;
      return [...announced.times].map((time) =>
        rescaleExact(time, announced.timescale, to),
      );
    },
    isWhole: client === undefined,
  };
}

/** From the first begin to the last end, in 10 MHz ticks. */
function lengthOf(streams: readonly ReadStream[]): number {
  const begins = streams.flatMap(({ times: [first] }) => first ?? []);
  const ends = streams.map(
    ({ times, durations }) =>
      (times.at(-1) ?? 0n) + BigInt(durations.at(-1) ?? 0),
  );
  const [begin, ...others] = begins;
  if (begin === undefined) return 0;
  const least = others.reduce((a, b) => (b < a ? b : a), begin);
  return Number(ends.reduce((a, b) => (b > a ? b : a), least) - least);
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
