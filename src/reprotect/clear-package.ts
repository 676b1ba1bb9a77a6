import { PackError } from "../errors.js";
import { readPackage, type FinishedPackage } from "./finished-package.js";

/**
 * Reads the manifests of a package that is to be protected.
 *
 * @throws PackError `input` when it is protected already, and as readPackage does
 */
export async function readClearPackage(ism: string): Promise<FinishedPackage> {
  const found = await readPackage(ism);
  requireNoProtection(found);
  return found;
}

/** Players look at the first Protection element alone: a second one would be lost. */
function requireNoProtection({
  given,
  client,
  headers,
}: FinishedPackage): void {
  if (headers === undefined) return;
  if (headers.length > 0)
    throw new PackError("input", `${given}: is protected already.`, {
      hint: "mss-pack unprotect gives it back in the clear.",
    });
  throw new PackError(
    "input",
    `${client.file}: has a Protection element without a ProtectionHeader. Expected none in a clear package.`,
    { hint: "Take the empty element out of the file." },
  );
}
