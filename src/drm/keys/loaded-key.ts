import { PackError } from "../../errors.js";
import { contentKey, keyFault, type ContentKey } from "../content-key.js";
import type { KeepKey } from "../index.js";
import { uuidText } from "../kid.js";

/** A key, and what came with it. */
export interface LoadedKey {
  readonly contentKey: ContentKey;
  /** The inner text of ProtectionHeader, where the source brought one that fits. */
  readonly headerData?: string | undefined;
  /** Of a new key: writes it down. */
  readonly keepKey?: KeepKey | undefined;
  /** What a user should know of it: sentences. */
  readonly notes: readonly string[];
}

/**
 * Bytes as a key.
 *
 * @param where they come from, for messages
 * @throws PackError `input` when somebody could guess them; their bytes are not in the message
 */
export function strongKey(
  kid: Uint8Array,
  bytes: Uint8Array,
  where: string,
): ContentKey {
  const fault = keyFault(kid, bytes);
  if (fault === undefined) return contentKey(kid, bytes);
  throw new PackError(
    "input",
    `${where}: the key of ${uuidText(kid)} ${fault}. Expected 16 random bytes and a KID of their own.`,
    {
      hint: "Anybody can try keys by the checksum that a package carries. --generate-keys --keys-out FILE makes a good one.",
      facts: { kid: uuidText(kid) },
    },
  );
}
