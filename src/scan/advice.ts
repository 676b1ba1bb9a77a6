import { join } from "node:path";
import { clientsThatFail } from "../clients/clients-that-fail.js";
import { traitsOf } from "../clients/read-traits.js";
import { PackError } from "../errors.js";
import { findMends } from "../repair/find-mends.js";
import { findObstacles } from "../repair/find-obstacles.js";
import { lookAtPackage } from "../repair/look-at-package.js";
import type { ClientManifest } from "../smooth/client-manifest.js";
import type { PackageFiles } from "../smooth/package-files.js";
import type { ReadPackage } from "../smooth/read-package.js";
import type { ServerTrack } from "../smooth/server-manifest.js";
import type { ScanRow } from "./row.js";

/** What can be done with a package: by whom it is played, and what mends it. */
export type Advice = Pick<ScanRow, "mends" | "obstacles">;

export const NO_ADVICE: Advice = { mends: null, obstacles: [] };

/**
 * What `repair` would mend.
 *
 * @param ism its server manifest, which may be lost
 * @param tracks of media that no manifest names
 */
export async function adviceOn(
  folder: string,
  ism: string,
  files: PackageFiles,
  isWhole: boolean,
  tracks?: readonly ServerTrack[],
): Promise<Advice> {
  try {
    const options = { files, isWhole, tracks };
    const seen = await lookAtPackage(join(folder, ism), options);
    return {
      mends: findMends(seen).map(({ id, wrong, mend }) => ({
        id,
        wrong,
        mend,
      })),
      obstacles: findObstacles(seen).map(({ id, file, why, hint }) => ({
        ...{ id, why: `${file}: ${why}`, hint },
      })),
    };
  } catch (error) {
    if (error instanceof PackError) return NO_ADVICE;
    throw error;
  }
}

/**
 * What clients fail on. Null for plain MP4 files: no origin but Azure's cut them, so no client
 * gets a fragment.
 *
 * @param client undefined when there is none
 */
export async function failuresOfClients(
  client: ClientManifest | undefined,
  read: Pick<ReadPackage, "streams">,
  files: PackageFiles,
): Promise<ScanRow["clients"]> {
  if (read.streams.some(({ tracks }) => tracks.some((one) => one.isPlain)))
    return null;
  const traits = await traitsOf(client, read, files);
  return clientsThatFail(traits).map(({ client: name, rule, ...said }) => ({
    ...{ client: name, rule, message: `${said.happens}: ${said.what}` },
  }));
}
