import type { ContentKey } from "../drm/content-key.js";
import { readEncryptions } from "../drm/finished/header.js";
import { SYSTEMS, type ProtectionRequest } from "../drm/index.js";
import { isSameKid, uuidText } from "../drm/kid.js";
import { lockOf, type PackageKeyInfo } from "../drm/manifest-header.js";
import {
  DEFAULT_SYSTEM,
  HeaderError,
  SYSTEM_FACTS,
  type SystemName,
} from "../drm/system.js";
import { PackError } from "../errors.js";
import type { MediaSource } from "../isobmff/fragment-folder.js";
import { systemsOf, type SystemData } from "../isobmff/media-index.js";
import { openForReading } from "../isobmff/media-source.js";
import { moovBeforeFragments } from "../isobmff/movie.js";
import { readAt, scanBoxes } from "../isobmff/scan.js";
import type { FoundProtection } from "../smooth/protection-element.js";
import type { ReadPackage } from "../smooth/read-package.js";
import type { FinishedPackage, MediaFile } from "./finished-package.js";
import { readable } from "./rewrite-package.js";

/**
 * The key that a package is protected with: by its client manifest, else by the pssh boxes of its media, else by
 * the key ID alone that its tracks name.
 *
 * @throws PackError `input` when it is not protected, or by an unknown system
 */
export async function lockOfPackage(
  finished: FinishedPackage,
): Promise<PackageKeyInfo> {
  const { givenPath, client, headers = [] } = finished;
  const lock = readLock(client.file, headers);
  if (lock !== undefined) return lock;
  if (headers.length > 0) throw unknownSystem(givenPath, headers);
  const inMedia = await lockInMedia(finished);
  if (inMedia !== undefined) return inMedia;
  throw new PackError("input", `${givenPath}: is not protected.`);
}

function unknownSystem(
  givenPath: string,
  headers: readonly FoundProtection[],
): PackError {
  const systemNames = Object.values(SYSTEM_FACTS).map(({ label }) => label);
  return new PackError(
    "input",
    `${givenPath}: is not protected with ${systemNames.join(" or ")}. Found: ${headers.map(({ systemId }) => systemId).join(", ")}.`,
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

/** Of the first file that is protected: all share one key. */
async function lockInMedia({
  media,
}: FinishedPackage): Promise<PackageKeyInfo | undefined> {
  for (const file of media) {
    if (file.isText) continue;
    const { systems, kid } = await protectionInFile(file);
    if (kid === undefined) continue;
    const lock = readLock(file.file, systems.map(foundIn));
    const key = { kid, checksum: undefined, algorithm: undefined };
    return lock ?? { system: SYSTEMS[DEFAULT_SYSTEM], key };
  }
  return undefined;
}

function foundIn({ systemId, data }: SystemData): FoundProtection {
  return { systemId, header: Buffer.from(data).toString("base64") };
}

/** Is a picture or a sound encrypted? Only the begins of its files are read. */
export async function isLocked({ media }: FinishedPackage): Promise<boolean> {
  for (const file of media)
    if (!file.isText && (await protectionInFile(file)).kid !== undefined)
      return true;
  return false;
}

interface FileProtectionFacts {
  readonly systems: readonly SystemData[];
  /** Of its first encrypted track. */
  readonly kid?: Uint8Array | undefined;
}

/** A plain MP4 has no protection of Smooth Streaming. */
async function protectionInFile({
  path,
}: MediaFile): Promise<FileProtectionFacts> {
  const source = await openForReading(path);
  try {
    const { size } = await source.stat();
    const moov = await moovBeforeFragments(source, size, path);
    if (moov === undefined) return { systems: [] };
    return await readable(path, async () => {
      const header = await headerOf(source, size);
      const [first] = readEncryptions(header);
      return { systems: systemsOf(moov), kid: first?.kid };
    });
  } finally {
    await source.close();
  }
}

/** Everything before the first fragment; nothing of a file without one. */
async function headerOf(
  source: MediaSource,
  size: number,
): Promise<Uint8Array> {
  for await (const { type, start } of scanBoxes(source, size))
    if (type === "moof") return readAt(source, 0, start);
  return new Uint8Array();
}

/** @throws PackError `input` for another KID, or another key of it when a checksum shows that */
export function requireRightKey(
  contentKey: ContentKey,
  { system, key: { kid, checksum: expected } }: PackageKeyInfo,
  givenPath: string,
): void {
  const [actualKid, expectedKid] = [uuidText(contentKey.kid), uuidText(kid)];
  // Some makers wrote the KID of tenc in the order of a GUID.
  if (!isSameKid(kid, contentKey.kid))
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
export async function protectionLike(
  finished: FinishedPackage,
  { streams, protection }: ReadPackage,
  contentKey: ContentKey | undefined,
): Promise<ProtectionRequest | undefined> {
  if (protection === undefined) return undefined;
  const { givenPath } = finished;
  const lock = await lockOfPackage(finished);
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
