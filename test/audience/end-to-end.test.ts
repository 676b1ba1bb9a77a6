import { describe, expect } from "vitest";
import { reportOf } from "../support/report-of.js";
import { test } from "../support/scratch-folder.js";

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

function bitratesOf(manifest: string): string[] {
  const [, video = ""] =
    /(<StreamIndex[^>]*Type="video"[^]*?<\/StreamIndex>)/.exec(manifest) ?? [];
  return [...video.matchAll(/Bitrate="(\d+)"/g)].flatMap(
    ([, bits]) => bits ?? [],
  );
}
