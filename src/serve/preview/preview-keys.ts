import { randomBytes, timingSafeEqual } from "node:crypto";
import type { ContentKey } from "../../drm/content-key.js";
import { loadKeyList } from "../../drm/keys/key-file.js";
import { uuidText } from "../../drm/kid.js";
import { PackError } from "../../errors.js";
import { areSameFile } from "../../util/paths.js";
import { isLoopback, type ServeOptions } from "../options.js";

/** Keys with which the player's page opens protected packages, and the token for them. */
export interface PreviewKeys {
  /** By the text of their KID. */
  readonly keys: ReadonlyMap<string, ContentKey>;
  /** Anyone with the token gets keys. It is part of the address that is printed at the start, and of nothing else. */
  readonly token: string;
}

/**
 * Reads the keys that `previewKeys` names.
 *
 * @param root served folder: the file must not lie in it
 * @returns undefined without `previewKeys`
 * @throws PackError `usage` when keys could leave this machine, and the errors of loadKeyList
 */
export async function loadPreviewKeys(
  options: ServeOptions,
  root: string,
): Promise<PreviewKeys | undefined> {
  const { previewKeys, insecureKeyFile } = options;
  if (previewKeys === undefined) return undefined;
  refuseOthers(options);
  await refuseLog(previewKeys, options);
  const list = await loadKeyList(
    "--preview-keys",
    previewKeys,
    { insecureKeyFile },
    { output: root, signal: options.signal },
  );
  return {
    keys: new Map(list.map((key) => [uuidText(key.kid), key])),
    token: randomBytes(16).toString("base64url"),
  };
}

/** Is this the token? Compares in constant time. */
export function isToken({ token }: PreviewKeys, givenToken: string): boolean {
  const [own, other] = [Buffer.from(token), Buffer.from(givenToken)];
  return own.length === other.length && timingSafeEqual(own, other);
}

function refuseOthers(options: ServeOptions): void {
  const { host = "127.0.0.1", trustProxy = false } = options;
  if (!isLoopback(host))
    throw refusal(
      `--host ${host}`,
      "keys are given to this machine alone: 127.0.0.1, ::1 or localhost",
    );
  if (trustProxy)
    throw refusal(
      "--trust-proxy",
      "keys are not for those who come through a proxy",
    );
}

/** Requests appended to the keys would spoil the key file. */
async function refuseLog(
  previewKeys: string,
  { accessLog = false }: ServeOptions,
): Promise<void> {
  if (
    typeof accessLog === "string" &&
    (await areSameFile(accessLog, previewKeys))
  )
    throw refusal("--access-log", "both are the same file");
}

function refusal(option: string, reason: string): PackError {
  return new PackError(
    "usage",
    `--preview-keys and ${option} do not go together: ${reason}.`,
    { facts: { option } },
  );
}
