import { basename, dirname, join, resolve } from "node:path";
import type { ContentKey } from "../drm/content-key.js";
import { SYSTEMS, type ProtectionRequest } from "../drm/index.js";
import { uuidText } from "../drm/kid.js";
import { lockOf, type PackageKeyInfo } from "../drm/manifest-header.js";
import { HeaderError, SYSTEM_FACTS, type SystemName } from "../drm/system.js";
import { PackError } from "../errors.js";
import { decodeManifest, type ManifestText } from "../smooth/manifest-file.js";
import {
  protectionsIn,
  type FoundProtection,
} from "../smooth/protection-element.js";
import { requirePlain } from "../smooth/package-files.js";
import { readManifests, type ReadPackage } from "../smooth/read-package.js";
import {
  filesOfManifests,
  otherManifestsOf,
  sidecarsOf,
} from "../smooth/sidecars.js";
import { describeFinding, faultsIn } from "../verify/finding.js";
import { verify, type VerifyReport } from "../verify/verify.js";

/** A package that stands in its folder. */
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
}

export interface MediaFile {
  readonly file: string;
  readonly path: string;
  /** Holds only text, which is never encrypted. */
  readonly isText: boolean;
}

/**
 * Reads the manifests of a package; media is not read.
 *
 * @throws PackError `input` when it is no package, or names files elsewhere
 */
export async function readFinished(
  givenPath: string,
): Promise<FinishedPackage> {
  const folder = dirname(resolve(givenPath));
  const { name, server, client } = await readManifests(givenPath);
  const { tracks } = server;
  const names = [...new Set(tracks.map(({ src }) => src))];
  for (const file of names) requirePlain(file, givenPath);
  return {
    ...{ givenPath, folder, name },
    server: server.bytes,
    client: {
      file: client.file,
      ...decodeManifest(client.bytes, client.file),
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

/**
 * @param besides a rule whose faults do not matter
 * @returns its tracks as they were read
 * @throws PackError `verify` for a package that is wrong before any change
 */
export async function requireRight(
  { givenPath }: FinishedPackage,
  signal: AbortSignal | undefined,
  besides?: string,
): Promise<VerifyReport["tracks"]> {
  const { findings, tracks } = await verify(givenPath, { signal });
  const faults = faultsIn(findings).filter(({ rule }) => rule !== besides);
  const [first, ...more] = faults;
  if (first === undefined) return tracks;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  throw new PackError(
    "verify",
    `${givenPath}: is not a valid package: ${describeFinding(first)}${others}`,
    {
      hint: "mss-pack verify tells all. mss-pack mux makes a new package of its files.",
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

/**
 * The key that a package is protected with, by its client manifest.
 *
 * @throws PackError `input` when it is not protected, or by an unknown system
 */
export function lockOfPackage({
  givenPath,
  client,
  headers = [],
}: FinishedPackage): PackageKeyInfo {
  const lock = readLock(client.file, headers);
  if (lock !== undefined) return lock;
  const systemNames = Object.values(SYSTEM_FACTS).map(({ label }) => label);
  throw new PackError(
    "input",
    headers.length === 0
      ? `${givenPath}: is not protected.`
      : `${givenPath}: is not protected with ${systemNames.join(" or ")}. Found: ${headers.map(({ systemId }) => systemId).join(", ")}.`,
  );
}

function readLock(file: string, headers: readonly FoundProtection[]) {
  try {
    return lockOf(headers);
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
    throw new PackError("input", `${file}: ${error.message}.`);
  }
}

/** @throws PackError `input` for another KID, or another key of it when a checksum shows that */
export function requireRightKey(
  contentKey: ContentKey,
  { system, key: { kid, checksum: expected } }: PackageKeyInfo,
  givenPath: string,
): void {
  const [actualKid, expectedKid] = [uuidText(contentKey.kid), uuidText(kid)];
  if (actualKid !== expectedKid)
    throw new PackError(
      "input",
      `${givenPath}: is protected with the key ${expectedKid}. Found the key ${actualKid}.`,
      { facts: { kid: expectedKid } },
    );
  const sum = system.checksum(contentKey);
  if (expected === undefined || sum === expected) return;
  throw new PackError(
    "input",
    `${givenPath}: is protected with another key of the KID ${expectedKid}: its checksum is ${expected}, that of the key ${sum}.`,
    { facts: { kid: expectedKid } },
  );
}

/**
 * The protection of a package, for one more sound of it: the same key, header and boxes.
 *
 * @returns undefined for a package in the clear
 * @throws PackError `usage` without its key, `input` with another key
 */
export function protectionLike(
  finished: FinishedPackage,
  { streams, protection }: ReadPackage,
  contentKey: ContentKey | undefined,
): ProtectionRequest | undefined {
  if (protection === undefined) return undefined;
  const { givenPath } = finished;
  const lock = lockOfPackage(finished);
  if (contentKey === undefined)
    throw new PackError(
      "usage",
      `${givenPath}: is protected. Expected its key (--key-file): a sound in the clear would not play beside the others.`,
    );
  requireRightKey(contentKey, lock, givenPath);
  const [system] = (Object.keys(SYSTEMS) as SystemName[]).filter(
    (name) => SYSTEMS[name] === lock.system,
  );
  const encryption = streams
    .flatMap(({ tracks }) => tracks)
    .find((track) => track.encryption !== undefined)?.encryption;
  return {
    ...{ system: system ?? "playready", contentKey },
    encryption: encryption === "cenc" ? "cenc" : "piff",
    headerData: Buffer.from(protection.data).toString("base64"),
  };
}
