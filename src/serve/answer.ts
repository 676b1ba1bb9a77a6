import { decodePath, packageAddress } from "../smooth/address.js";
import { sidecarKind } from "../smooth/sidecars.js";
import { answerPackage } from "./answer-package.js";
import { ERRORS, sendError } from "./error-answers.js";
import { type Exchange, sendBytes } from "./exchange.js";
import { sendPage } from "./pages.js";
import { sendLicence } from "./preview/send-licence.js";
import { isApi, sendApi } from "./send-api.js";
import { isDownload, sendDownload } from "./send-file.js";
import { sendSidecar } from "./send-sidecar.js";
import type { OriginParts } from "./settings.js";

/** No address is longer: a path of folders, percent-encoded, and CMCD in the query. */
const LONGEST_URL = 8192;

/** Scheme and host of the absolute form. Clients send it to a proxy; every server must accept it. RFC 9112 3.2.2 */
const AUTHORITY = /^https?:\/\/[^/?]*\/?/i;

const METHODS = "GET, HEAD, OPTIONS";

/** Headers that scripts of other pages may send. CMCD: CTA-5004 */
const ALLOWED_HEADERS =
  "Range, If-None-Match, If-Modified-Since, If-Range, CMCD-Request, CMCD-Object, CMCD-Status, CMCD-Session";

/** Finds what a request asks for, and answers it. */
export async function answer(
  exchange: Exchange,
  site: OriginParts,
): Promise<void> {
  const { method, url = "" } = exchange.request;
  if (url.length > LONGEST_URL) {
    await sendError(exchange, ERRORS.longAddress(LONGEST_URL));
    return;
  }
  if (method === "OPTIONS") {
    await sendOptions(exchange);
    return;
  }
  if (method !== "GET" && method !== "HEAD") {
    await sendError(exchange, ERRORS.wrongMethod(method, METHODS));
    return;
  }
  const target = url.replace(AUTHORITY, "/");
  const query = target.indexOf("?");
  const path = decodePath(query < 0 ? target : target.slice(0, query));
  if (path === undefined || !path.startsWith("/")) {
    await sendError(exchange, ERRORS.noFileAddress);
    return;
  }
  await route(exchange, site, path, query < 0 ? "" : target.slice(query + 1));
}

const LICENCES = "/api/licences/";

async function route(
  exchange: Exchange,
  site: OriginParts,
  path: string,
  query: string,
): Promise<void> {
  const address = packageAddress(path);
  if (address !== undefined)
    return answerPackage(exchange, site, address, query);
  if (sidecarKind(path) !== undefined) return sendSidecar(exchange, site, path);
  if (isDownload(path, site)) return sendDownload(exchange, site, path);
  if (isApi(path)) return sendApi(exchange, site, path);
  if (path.startsWith(LICENCES))
    return sendLicence(exchange, site, path.slice(LICENCES.length));
  return sendPage(exchange, site, path);
}

/** A browser sends OPTIONS before a script may send its own headers. Fetch standard, CORS-preflight */
async function sendOptions(exchange: Exchange): Promise<void> {
  const headers = [
    ...["Allow", METHODS],
    ...["Access-Control-Allow-Origin", "*"],
    ...["Access-Control-Allow-Methods", METHODS],
    ...["Access-Control-Allow-Headers", ALLOWED_HEADERS],
    ...["Access-Control-Max-Age", "86400"],
  ];
  await sendBytes(exchange, 204, headers, Buffer.alloc(0));
}
