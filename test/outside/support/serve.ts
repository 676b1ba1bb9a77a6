import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "../../../src/index.js";
import { LIMITS } from "../../../src/serve/limits.js";
import { fragmentAddress, startOrigin, type Origin } from "./origin.js";

/**
 * `mss-pack serve` in the place of the test origin. What was asked for is read
 * from its access log; the pages of players come from elsewhere, as they do when
 * a player is not ours.
 *
 * @param scratch folder for the log
 */
export async function startServe(
  folder: string,
  pages: string,
  scratch: string,
): Promise<Origin> {
  LIMITS.logEveryMs = 1;
  const accessLog = join(scratch, "access.log");
  const handle = await serve(folder, { port: 0, accessLog });
  const elsewhere = await startOrigin(folder, pages);
  return {
    url: handle.url,
    manifestUrl: `${handle.url}/clip.ism/Manifest`,
    pagesUrl: elsewhere.url,
    get requests() {
      const lines = readFileSync(accessLog, "utf8").split("\n").filter(Boolean);
      return lines.map((line) => {
        const { uri, status } = JSON.parse(line) as {
          uri: string;
          status: number;
        };
        const path = decodeURIComponent(uri.replace(/\?.*/, ""));
        return { path, status, fragment: fragmentAddress(path) };
      });
    },
    close() {
      elsewhere.close();
      void handle.close();
    },
  };
}
