import type { ContentKey } from "../drm/content-key.js";
import type { BoxStyle } from "../drm/box-style.js";
import { SYSTEMS, type ProtectionRequest } from "../drm/index.js";
import type { SystemName } from "../drm/system.js";
import { PackError } from "../errors.js";
import type { ReadPackage } from "../smooth/read-package.js";
import {
  lockOfPackage,
  requireRightKey,
  type FinishedPackage,
} from "./finished-package.js";

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
  } satisfies ProtectionRequest & { encryption: BoxStyle };
}
