import { basename, extname } from "node:path";
import { faultOf, PackError } from "../errors.js";
import {
  packageFilesBeside,
  type PackageFiles,
} from "../smooth/package-files.js";
import { readClient, readServer } from "../smooth/read-package.js";
import { streamNamed } from "../smooth/read-streams.js";
import type { ServerTrack } from "../smooth/server-manifest.js";
import { lookAtFile } from "./look-at-file.js";
import { tracksOfFiles } from "./lost-manifest.js";
import type { SeenPackage } from "./seen.js";

export interface SeeOptions {
  /** Read each fragment. Default: manifests, indexes and the first fragment of each track. */
  readonly isWhole?: boolean | undefined;
  readonly files?: PackageFiles | undefined;
  /** Of a package that has no .ism. Default: those of the files that have its name. */
  readonly tracks?: readonly ServerTrack[] | undefined;
}

/**
 * Looks at a package of any maker. Whatever is damaged or lost in it is a fact, and no error.
 *
 * @param ism its server manifest; it may be lost, its files then begin with its name
 * @throws PackError `input` when there is no server manifest that can be read, and no file of its name
 */
export async function lookAtPackage(
  ism: string,
  {
    isWhole = false,
    files = packageFilesBeside(ism),
    tracks: given,
  }: SeeOptions = {},
): Promise<SeenPackage> {
  const file = basename(ism);
  const name = basename(file, extname(file));
  const server = await orFault(file, files, () => readServer(file, files));
  const isRead = typeof server !== "string";
  const clientManifest = isRead ? server.clientManifest : `${name}.ismc`;
  const client = await orFault(clientManifest, files, () =>
    readClient(clientManifest, files),
  );
  const lost = {
    ...{ name, fault: isRead ? "" : server },
    client: typeof client === "string" ? undefined : client,
  };
  const tracks = isRead
    ? server.tracks
    : (given ?? (await tracksOfFiles(lost, files)));
  const announced = ({ name: stream }: ServerTrack) =>
    typeof client === "string"
      ? 0
      : (streamNamed(client, stream)?.chunkCount ?? 0);
  const names = [...new Set(tracks.map(({ src }) => src))];
  const seen = [];
  for (const src of names) {
    const own = tracks.filter((track) => track.src === src);
    const see = { name: src, tracks: own, files, isWhole, announced };
    seen.push(await lookAtFile(see));
  }
  return {
    ...{ name, tracks, clientManifest, files: seen, isWhole },
    ...(isRead ? { server } : { serverFault: server }),
    ...(typeof client === "string" ? { clientFault: client } : { client }),
  };
}

/** What is read of a manifest, or why it cannot be read, in words without its name. */
async function orFault<T>(
  name: string,
  files: PackageFiles,
  read: () => Promise<T>,
): Promise<T | string> {
  try {
    if ((await files.kindOf(name)) === "nothing") return "is not there";
    return await read();
  } catch (error) {
    if (!(error instanceof PackError)) throw error;
    return faultOf(error, name);
  }
}
