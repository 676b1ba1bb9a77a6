import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { AudienceReport } from "../../src/audience/audience-report.js";
import {
  launchBrowser,
  missingForBrowser,
} from "../outside/support/browser.js";
import { jsonLines, mssPack } from "../support/cli.js";
import { writeFixturePackage } from "../support/fixtures.js";
import { startOrigin } from "../support/origin.js";
import { test } from "../support/scratch-folder.js";

const missing = await missingForBrowser();
if (missing.length > 0)
  console.warn(`Skipped: the player page, without ${missing.join(", ")}`);

/** What the report says of what an origin logged while something happened to it. */
async function reportOf(
  scratch: string,
  options: readonly string[],
  happen: (url: string, manifest: string) => Promise<void>,
): Promise<AudienceReport & { readonly log: string }> {
  const packages = join(scratch, "packages");
  await mkdir(packages);
  const { ism } = await writeFixturePackage(packages);
  const folder = join(ism, "..");
  const log = join(scratch, "access.log");
  const args = [folder, "--access-log", log, ...options];
  const { child, url } = await startOrigin(args);
  try {
    await happen(url, readFileSync(ism.replace(/ism$/, "ismc"), "utf8"));
  } finally {
    child.kill("SIGTERM");
    await once(child, "close");
  }
  const { stdout } = await mssPack(["report", log, "--json"]);
  const [report] = jsonLines(stdout) as unknown as AudienceReport[];
  if (report === undefined) throw new Error("no report");
  return { ...report, log: readFileSync(log, "utf8") };
}

describe.each(["json", "combined"])(
  "requests that mss-pack serve logs as %s",
  (format) => {
    test("become viewers, playbacks, time, rungs and errors", async ({
      scratch,
    }) => {
      const options = ["--log-format", format, "--anonymize"];
      const report = await reportOf(scratch, options, async (url, manifest) => {
        const [high, low] = bitratesOf(manifest);
        const get = async (bitrate: string | undefined, at: string) => {
          const cmcd = encodeURIComponent('sid="one"');
          const path = `/clip.ism/QualityLevels(${bitrate})/Fragments(video=${at})?CMCD=${cmcd}`;
          await (await fetch(url + path)).arrayBuffer();
        };
        await get(low, "0");
        await get(high, "20000000");
        await get(high, "20000001");
        await fetch(`${url}/clip.ism/Manifest`);
        await fetch(`${url}/gone.ism/Manifest`);
      });
      expect(report.all).toMatchObject({
        ...{ viewers: 1, playbacks: 1, secondsWatched: 4, requests: 4 },
        ...{ switchesUp: 1, switchesDown: 0 },
        errors: [{ status: 404, requests: 1 }],
        secondsEstimated: format === "json" ? 0 : 4,
      });
      expect(report.elsewhere.requests).toBe(1);
      expect(report.log).toContain("anon-");
      expect(report.log).not.toContain("127.0.0.1");
    });
  },
);

test.skipIf(missing.length > 0)(
  "the player page, played to the end, is one playback of the whole film",
  async ({ scratch }) => {
    const report = await reportOf(scratch, [], async (url) => {
      const browser = await launchBrowser();
      const page = await browser.newPage();
      await page.goto(`${url}/play/clip`);
      await page.evaluate(`new Promise((ended) => {
        const video = document.querySelector("video");
        video.muted = true;
        video.addEventListener("ended", ended);
        video.addEventListener("canplay", () => video.play());
        video.play().catch(() => undefined); // nothing is loaded yet
      })`);
      await browser.close();
    });
    expect(report.all).toMatchObject({ viewers: 1, playbacks: 1 });
    expect(report.packages).toMatchObject([
      { package: "clip", secondsWatched: 5.12, secondsEstimated: 0 },
    ]);
  },
);

function bitratesOf(manifest: string): string[] {
  const [, video = ""] =
    /(<StreamIndex[^>]*Type="video"[^]*?<\/StreamIndex>)/.exec(manifest) ?? [];
  return [...video.matchAll(/Bitrate="(\d+)"/g)].flatMap(
    ([, bits]) => bits ?? [],
  );
}
