import { PackError } from "../errors.js";
import { isPackagePath } from "../ffmpeg/input-options.js";
import type { SourceInfo } from "../probe/source-info.js";
import type { PackageFilm } from "./package-film.js";

/** The package that a film comes from. */
export async function packagedIn({
  path,
}: SourceInfo): Promise<PackageFilm | undefined> {
  if (!isPackagePath(path)) return undefined;
  const { openPackageFilm } = await import("./package-film.js");
  return openPackageFilm(path);
}

/** @throws PackError `usage` for an option that mux and repair have for packages */
export function refuseForPackage(
  path: string,
  {
    copy = [],
    salvage = false,
  }: {
    readonly copy?: readonly string[] | undefined;
    readonly salvage?: boolean | undefined;
  },
): void {
  if (!isPackagePath(path)) return;
  if (copy.length > 0)
    throw new PackError(
      "usage",
      `--copy is given for the package ${path}. Expected a file: of a package, all that the main command takes is encoded.`,
      { hint: "mss-pack mux takes a package as it is." },
    );
  if (salvage)
    throw new PackError(
      "usage",
      `--salvage is given for the package ${path}. Expected a file: the main command takes packages that are whole.`,
      {
        hint: "mss-pack repair and mss-pack mux --salvage make a whole package of what is left of it.",
      },
    );
}
