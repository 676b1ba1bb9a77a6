import { stat } from "node:fs/promises";
import type { ProtectionRequest } from "../drm/index.js";
import { PackError } from "../errors.js";
import { exactIdentityOf } from "../util/file-identity.js";

/**
 * Does work that reads files twice, once for their hash and once to encrypt them. If a
 * file changed in between, vectors made of its hash would hide other content, and anyone
 * with both packages could read it. So the files must not change from before the first
 * read until after the second. Random vectors need no such care.
 *
 * @throws PackError `input` when a file has changed
 */
export async function whileUnchanged<T>(
  paths: readonly string[],
  request: Pick<ProtectionRequest, "reproducible"> | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (!request?.reproducible) return work();
  const before = new Map<string, string>();
  for (const path of paths) before.set(path, await lookAt(path));
  const result = await work();
  for (const [path, seen] of before)
    if ((await lookAt(path)) !== seen) throw changed(path);
  return result;
}

/**
 * The file's identity and its last write. The time of its last change of any kind cannot
 * be set back.
 */
async function lookAt(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (stats === undefined) return "gone";
  return `${exactIdentityOf(stats)} ${stats.ctimeNs}`;
}

function changed(path: string): PackError {
  return new PackError(
    "input",
    `${path}: changed while it was encrypted. Expected the same bytes: with --reproducible, initialization vectors are made of them.`,
    {
      hint: "Wait until the file is complete, and run the same command again. Nothing was published.",
      facts: { file: path },
    },
  );
}
