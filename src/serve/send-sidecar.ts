import { basename, posix } from "node:path";
import { sidecarKind, SIDECARS } from "../smooth/sidecars.js";
import type { Exchange } from "./exchange.js";
import type { ServedFile } from "./open-files.js";
import { type LoadedPackage, PackageProblem } from "./package.js";
import { ERRORS, sendError } from "./error-answers.js";
import { sendFile, sendText } from "./send-file.js";
import type { OriginParts } from "./settings.js";

/** A film may get other chapters at any time. */
const CACHE = ["Cache-Control", "no-cache"];

/** Sends chapters or thumbnails of a package. Other files of such names are not sent. */
export async function sendSidecar(
  exchange: Exchange,
  site: OriginParts,
  path: string,
): Promise<void> {
  const found = await findSidecar(site, path);
  if (found === undefined) return sendError(exchange, ERRORS.noFileOfPackage);
  exchange.facts = { package: found.loaded.path };
  const { file } = found;
  if (sidecarKind(path) === "thumbnailImage")
    return sendFile(exchange, site, file, [
      "Content-Type",
      "image/jpeg",
      ...CACHE,
    ]);
  const type = ["Content-Type", "text/vtt; charset=utf-8"];
  return sendText(exchange, site, file, [...type, ...CACHE]);
}

interface FoundSidecar {
  readonly loaded: LoadedPackage;
  readonly file: ServedFile;
}

/** Nearly always the package has the same name; only an .ism that was renamed is searched for. */
async function findSidecar(
  { catalogue }: OriginParts,
  path: string,
): Promise<FoundSidecar | undefined> {
  const kind = sidecarKind(path);
  if (kind === undefined) return undefined;
  const name = path.slice(1, -SIDECARS[kind].length);
  const loaded = await catalogue.get(name);
  const own =
    loaded === undefined || loaded instanceof PackageProblem
      ? undefined
      : sidecarOf(loaded, path);
  if (own !== undefined) return own;
  for (const other of await catalogue.inFolder(posix.dirname(path).slice(1))) {
    const found = sidecarOf(other, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sidecarOf(
  loaded: LoadedPackage,
  path: string,
): FoundSidecar | undefined {
  const file = loaded.sidecars.find(
    (one) => basename(one.path) === posix.basename(path),
  );
  return file && { loaded, file };
}
