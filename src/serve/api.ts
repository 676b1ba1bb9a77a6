import { PackageProblem } from "./problem.js";
import { sendJson, sendSentence } from "./reply.js";
import type { Exchange } from "./exchange.js";
import type { Site } from "./site.js";
import { detailOf, summaryOf } from "./summary.js";

/**
 * What there is, for the page and for scripts.
 *
 * @param below what follows `/api/packages`
 */
export async function sendApi(
  exchange: Exchange,
  site: Site,
  below: string,
): Promise<void> {
  const { catalogue, files, version } = site;
  const path = below.replace(/^\//, "");
  if (path === "") {
    const rows = await catalogue.list();
    const packages = rows.map(({ path, known }) => summaryOf(path, known));
    await sendJson(exchange, { version, packages });
    return;
  }
  const known = await catalogue.get(path);
  if (known === undefined) {
    await sendSentence(exchange, 404, "There is no such package.");
    return;
  }
  // One spelling of addresses, whatever the case was: a cache keeps one copy.
  const name = known instanceof PackageProblem ? path : known.path;
  await sendJson(exchange, await detailOf(name, known, files));
}
