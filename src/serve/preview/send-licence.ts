import { readBytes } from "../../smooth/manifest-file.js";
import { parseXml } from "../../util/xml-reader.js";
import type { Exchange } from "../exchange.js";
import { PackageProblem } from "../package.js";
import { sendBytes } from "../reply.js";
import type { Site } from "../settings.js";
import { licenceFor } from "./licence.js";
import { isToken } from "./preview-keys.js";

/** No other page may read it, nobody keeps it. */
const HEADERS = ["Cache-Control", "no-store"];

/**
 * The key of a package for Clear Key, to whoever brings the token.
 *
 * @param path of the package
 */
export async function sendLicence(
  exchange: Exchange,
  { preview, catalogue }: Site,
  path: string,
): Promise<void> {
  if (preview === undefined) {
    await refuse(
      exchange,
      404,
      "This package is protected (DRM). mss-pack serve --preview-keys FILE plays it here with the key at hand.",
    );
    return;
  }
  const { authorization = "" } = exchange.request.headers;
  if (!isToken(preview, authorization.replace(/^Bearer /, ""))) {
    await refuse(
      exchange,
      403,
      "This package is protected (DRM). Open the address with #preview= that mss-pack serve has said in its terminal: only that page is given keys.",
    );
    return;
  }
  const known = await catalogue.get(path);
  if (known === undefined || known instanceof PackageProblem) {
    await refuse(exchange, 404, "There is no such package, or it is damaged.");
    return;
  }
  const manifest = parseXml(await readBytes(known.manifest.path));
  const found = licenceFor(manifest, preview.keys);
  if (typeof found === "string") await refuse(exchange, 404, found);
  else await send(exchange, 200, "application/json", JSON.stringify(found));
}

async function refuse(
  exchange: Exchange,
  status: number,
  sentence: string,
): Promise<void> {
  await send(exchange, status, "text/plain", `${sentence}\n`);
}

async function send(
  exchange: Exchange,
  status: number,
  type: string,
  text: string,
): Promise<void> {
  const headers = ["Content-Type", `${type}; charset=utf-8`, ...HEADERS];
  await sendBytes(exchange, status, headers, Buffer.from(text));
}
