import { PackError } from "../errors.js";
import { readPackage, type FinishedPackage } from "./finished-package.js";

/**
 * Reads the manifests of a package that is to be protected.
 *
 * @throws PackError `input` when it is protected already, and as readPackage does
 */
export async function readClearPackage(ism: string): Promise<FinishedPackage> {
  const found = await readPackage(ism);
  if (!found.isProtected) return found;
  throw new PackError("input", `${ism}: is protected already.`, {
    hint: "mss-pack unprotect gives it back in the clear.",
  });
}
