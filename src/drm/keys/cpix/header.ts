import { PackError } from "../../../errors.js";
import type { ContentKey } from "../../content-key.js";
import { uuidText } from "../../kid.js";
import { playready } from "../../playready.js";
import { checkHeader } from "../check-header.js";
import type { CpixSystem } from "./document.js";
import { dataOfPssh } from "./pssh.js";

/** A PlayReady header that a document brings, found right. */
export interface GivenHeader {
  /** The inner text of ProtectionHeader. */
  readonly data: string;
  readonly notes: readonly string[];
}

/**
 * What a document wants clients to be told of a key: the header for Smooth Streaming
 * as it is, else the PlayReady Object in its pssh box.
 *
 * @returns undefined when it brings neither
 * @throws PackError `input` when it brings one that does not fit the key
 */
export function headerOf(
  systems: readonly CpixSystem[],
  contentKey: ContentKey,
  where: string,
): GivenHeader | undefined {
  const kidOfKey = uuidText(contentKey.kid);
  const own = systems.filter(
    ({ kid, systemId }) =>
      systemId === playready.systemId && uuidText(kid) === kidOfKey,
  );
  const [system] = own;
  if (own.length > 1)
    throw new PackError(
      "input",
      `${where}: has ${own.length} DRMSystems of PlayReady for the KID ${kidOfKey}. Expected one.`,
    );
  const data = system?.smoothHeader ?? objectOf(system, where);
  if (data === undefined) return undefined;
  return { data, notes: checkHeader(data, contentKey, where) };
}

function objectOf(
  system: CpixSystem | undefined,
  where: string,
): string | undefined {
  if (system?.pssh === undefined) return undefined;
  const data = dataOfPssh(system.pssh, system.systemId);
  if (data !== undefined) return data;
  throw new PackError(
    "input",
    `${where}: its PSSH is no pssh box of PlayReady.`,
  );
}
