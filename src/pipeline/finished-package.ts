import { basename, dirname, extname, join, resolve } from "node:path";
import { PackError } from "../errors.js";
import { decodeManifest, type ManifestText } from "../smooth/manifest-file.js";
import {
  protectionsIn,
  type FoundProtection,
} from "../smooth/protection-element.js";
import { makeClientManifest } from "../smooth/make-manifest.js";
import {
  packageFilesBeside,
  requireInside,
  type PackageFiles,
} from "../smooth/package-files.js";
import {
  readClient,
  readPackage,
  readServer,
  type Manifests,
} from "../smooth/read-package.js";
import {
  filesOfManifests,
  otherManifestsOf,
  sidecarsOf,
} from "../smooth/sidecars.js";
import { describeFinding, faultsIn } from "../verify/finding.js";
import { parseXml } from "../util/xml.js";
import { verify, type VerifyReport } from "../verify/verify.js";

/** A package that stands in its folder, ours or another maker's. */
export interface FinishedPackage {
  /** Its .ism, as it was given. */
  readonly givenPath: string;
  readonly folder: string;
  /** Base name of the .ism. */
  readonly name: string;
  /** All bytes of the .ism. */
  readonly server: Uint8Array;
  readonly client: ClientManifestFile;
  readonly media: readonly MediaFile[];
  /** Names of its chapters and thumbnails. */
  readonly sidecars: readonly string[];
  /** Names of its manifests of DASH and HLS: they tell places in its media files. */
  readonly otherManifests: readonly string[];
  /**
   * The headers in the Protection element of its client manifest; undefined when there is
   * no such element.
   */
  readonly headers: readonly FoundProtection[] | undefined;
}

export interface ClientManifestFile extends ManifestText {
  readonly file: string;
  /** There was none: it is made of the .ism and the media. */
  readonly isMade?: true;
}

export interface MediaFile {
  readonly file: string;
  readonly path: string;
  /** Holds only text, which is never encrypted. */
  readonly isText: boolean;
}

/**
 * Reads the manifests of a package. Media is read only where there is no client manifest: it is made then.
 *
 * @throws PackError `input` when it is no package, or names files elsewhere
 */
export async function readFinished(
  givenPath: string,
): Promise<FinishedPackage> {
  const folder = dirname(resolve(givenPath));
  const base = basename(givenPath);
  const files = packageFilesBeside(givenPath);
  const server = await readServer(base, files);
  const { tracks } = server;
  const names = [...new Set(tracks.map(({ src }) => src))];
  for (const file of names) requireInside(file, givenPath);
  const client = await clientOf(givenPath, server, files);
  return {
    ...{ givenPath, folder, name: basename(base, extname(base)) },
    server: server.bytes,
    client: {
      ...{ file: server.clientManifest, ...client.made },
      ...decodeManifest(client.bytes, server.clientManifest),
    },
    media: names.map((file) => ({
      ...{ file, path: join(folder, file) },
      isText: tracks.every(
        ({ src, kind }) => src !== file || kind === "textstream",
      ),
    })),
    sidecars: sidecarsOf(server.root),
    otherManifests: otherManifestsOf(server.root),
    headers: protectionsIn(client.root),
  };
}

/** The client manifest of a package, or what it would be. */
async function clientOf(
  givenPath: string,
  { clientManifest }: Manifests["server"],
  files: PackageFiles,
) {
  if ((await files.kindOf(clientManifest)) !== "nothing")
    return { ...(await readClient(clientManifest, files)), made: {} };
  const bytes = makeClientManifest(await readPackage(givenPath, files));
  return { bytes, root: parseXml(bytes), made: { isMade: true } as const };
}

/**
 * @param besides a rule whose faults do not matter
 * @returns its tracks as they were read
 * @throws PackError `verify` for a package that is wrong before any change
 */
export async function requireRight(
  { givenPath, client }: FinishedPackage,
  signal: AbortSignal | undefined,
  besides?: string,
): Promise<VerifyReport["tracks"]> {
  const { findings, tracks } = await verify(givenPath, { signal });
  const faults = faultsIn(findings).filter(
    ({ rule, file }) =>
      rule !== besides && !(client.isMade && file === client.file),
  );
  const [first, ...more] = faults;
  if (first === undefined) return tracks;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  throw new PackError(
    "verify",
    `${givenPath}: is not a valid package: ${describeFinding(first)}${others}`,
    {
      hint: "mss-pack verify tells all. mss-pack repair makes a sound package of it, where it can.",
      facts: { findings: faults },
    },
  );
}

/** Names in a package, the .ism last. */
export function filesOfPackage({
  media,
  sidecars,
  otherManifests,
  client,
  givenPath,
}: FinishedPackage): string[] {
  const mediaFiles = media.map(({ file }) => file);
  const others = filesOfManifests(otherManifests, mediaFiles);
  const files = [...mediaFiles, ...sidecars, ...others];
  return [...files, client.file, basename(givenPath)];
}

/**
 * Reads the manifests of a package that is to be protected.
 *
 * @throws PackError `input` when it is protected already, and the errors of readFinished
 */
export async function readClearPackage(ism: string): Promise<FinishedPackage> {
  const finished = await readFinished(ism);
  requireNoProtection(finished);
  return finished;
}

/** Players look only at the first Protection element: a second one would be lost. */
function requireNoProtection({
  givenPath,
  client,
  headers,
}: FinishedPackage): void {
  if (headers === undefined) return;
  if (headers.length > 0)
    throw new PackError("input", `${givenPath}: is protected already.`, {
      hint: "mss-pack unprotect gives it back in the clear.",
    });
  throw new PackError(
    "input",
    `${client.file}: has a Protection element without a ProtectionHeader. Expected none in a clear package.`,
    { hint: "Take the empty element out of the file." },
  );
}
