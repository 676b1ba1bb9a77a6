import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { AudienceReport } from "../../src/audience/audience-report.js";
import { mssPack } from "../support/cli.js";
import { describeReader } from "../support/programs.js";
import { ask } from "./support/ask.js";
import { watch } from "./support/crowd.js";
import { missingForNginx } from "./support/nginx.js";
import { FILM, fragmentPaths, test } from "./support/test.js";

describeReader("nginx", missingForNginx, () => {
  test("logs the cache status of every request, and when every fragment begins and how long it is", async ({
    pack,
    cache,
  }) => {
    const [path = ""] = fragmentPaths(pack);
    const headers = {
      "User-Agent": 'a "player"\\',
      "CMCD-Session": 'sid="one"',
      "CMCD-Status": "bs,rtp=5000",
    };
    const { headers: sent, body } = await ask(cache.url + path, { headers });
    await ask(`${cache.url}${path}?CMCD=sid%3D%22two%22`);
    await ask(`${cache.url}${FILM}/Manifest`);
    const lines = await cache.stop();
    const fragment = {
      method: "GET",
      status: "200",
      bytes: String(body.length),
      fragment: sent["mss-fragment-time"],
      duration: sent["mss-fragment-duration"],
    };
    expect(lines).toMatchObject([
      { ...fragment, uri: path, cache: "MISS", client: "127.0.0.1" },
      { ...fragment, uri: `${path}?CMCD=sid%3D%22two%22`, cache: "HIT" },
      {
        uri: `${FILM}/Manifest`,
        fragment: "",
        duration: "",
        cache: "MISS",
        cmcd: "",
      },
    ]);
    expect(lines[0]).toMatchObject({
      agent: headers["User-Agent"],
      cmcd: headers["CMCD-Session"],
      cmcd_status: headers["CMCD-Status"],
    });
    for (const ticks of [fragment.fragment, fragment.duration])
      expect(ticks).toMatch(/^\d+$/);
    for (const { time, seconds } of lines) {
      expect(Date.parse(String(time))).not.toBeNaN();
      expect(seconds).toMatch(/^\d+\.\d{3}$/);
    }
  });

  test("has a log that makes the same report as that of the origin, of a viewer for whom nothing was kept yet", async ({
    pack,
    origin,
    cache,
    scratch,
  }) => {
    await watch(cache.url, 0);
    await origin.stop();
    const lines = await cache.stop();
    const [own, nginx] = await Promise.all([
      report(join(scratch, "origin.log")),
      report(join(scratch, "nginx", "log", "mss.log")),
    ]);
    expect(figuresOf(nginx)).toEqual(figuresOf(own));
    const { viewers, playbacks, secondsWatched, cacheHits, cacheTold } =
      nginx.all;
    expect([viewers, playbacks]).toEqual([1, 1]);
    expect(secondsWatched).toBeCloseTo(pack.client.durationSeconds, 1);
    expect([cacheHits, cacheTold]).toEqual([0, lines.length]);
  });

  test("forgets a film whose files are deleted from the cache's folder, and keeps it anew", async ({
    pack,
    cache,
    scratch,
  }) => {
    const url = cache.url + (fragmentPaths(pack)[0] ?? "");
    await ask(url);
    const folder = join(scratch, "nginx", "cache");
    for (const name of await readdir(folder, { recursive: true }))
      await rm(join(folder, name), { recursive: true, force: true });
    const after = [await ask(url), await ask(url)];
    expect(after.map(({ status }) => status)).toEqual([200, 200]);
    expect(after.map(({ from }) => from)).toEqual(["MISS", "HIT"]);
  });
});

async function report(log: string): Promise<AudienceReport> {
  const { stdout } = await mssPack(["report", log, "--json"]);
  return JSON.parse(stdout) as AudienceReport;
}

/**
 * What two logs of the same requests have in common: not their names, nor what
 * only a cache can tell, nor times, which one takes when a request begins and the
 * other when it ends.
 */
function figuresOf(figures: AudienceReport): unknown {
  const apart = new Set(["name", "cacheTold", "from", "to", "day"]);
  return JSON.parse(
    JSON.stringify(figures, (key, value: unknown) =>
      apart.has(key) ? undefined : value,
    ),
  );
}
