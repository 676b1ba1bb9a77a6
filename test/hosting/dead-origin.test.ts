import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import {
  missingForGstreamer,
  playWithGstreamer,
} from "../outside/support/gstreamer.js";
import { CLIP } from "../outside/support/package.js";
import { describeReader } from "../support/programs.js";
import { ask, type Reply } from "./support/ask.js";
import { watch } from "./support/crowd.js";
import { missingForNginx } from "./support/nginx.js";
import {
  aboutFilm,
  CACHES,
  FILM,
  fragmentPath,
  fragmentPaths,
  test,
} from "./support/test.js";

/** Asks again until the answer is as wanted: the cache may go on with what it has for some seconds. */
async function askUntil(
  url: string,
  isWanted: (reply: Reply) => boolean,
): Promise<Reply> {
  let last: Reply | undefined;
  await expect
    .poll(async () => isWanted((last = await ask(url))), { timeout: 60_000 })
    .toBe(true);
  if (last === undefined) throw new Error("nobody was asked");
  return last;
}

const isStale = ({ from }: Reply) => from === "STALE" || from === "UPDATING";

for (const [name, missing, test] of CACHES)
  describeReader(`${name}, when the origin`, missing, () => {
    test("is dead, plays to the end what it has, also a manifest that is too old", async ({
      pack,
      origin,
      cache,
    }) => {
      for (const path of fragmentPaths(pack)) await ask(cache.url + path);
      const manifest = await ask(`${cache.url}${FILM}/Manifest`);
      await origin.kill();
      const old = await askUntil(`${cache.url}${FILM}/Manifest`, isStale);
      expect(old.status).toBe(200);
      expect(old.body.equals(manifest.body)).toBe(true);
      expect(old.headers.etag).toBe(manifest.headers.etag);
      const { replies } = await watch(cache.url, 0);
      expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
      expect(replies.slice(1).filter(({ from }) => from !== "HIT")).toEqual([]);
    });

    test("is dead, says so at once of what it has not", async ({
      origin,
      cache,
    }) => {
      await origin.kill();
      const { status } = await ask(`${cache.url}${FILM}/Manifest`);
      expect([502, 503]).toContain(status);
    });

    test("is dead, still shows the page and lists the packages, but asks each time while it lives", async ({
      origin,
      cache,
    }) => {
      const list = `${cache.url}/api/packages`;
      const first = await ask(list);
      const fresh = await askUntil(list, ({ from }) => from !== "HIT");
      expect(fresh.from).toMatch(/EXPIRED|REVALIDATED|MISS/);
      const page = ["/", "/play/film/clip", "/assets/play.js"];
      for (const path of page) await ask(cache.url + path);
      await origin.kill();
      const old = await askUntil(list, isStale);
      for (const path of page)
        expect(await ask(cache.url + path)).toMatchObject({ status: 200 });
      expect(old.status).toBe(200);
      expect(old.body.equals(first.body)).toBe(true);
    });

    test("cannot read a package any more, goes on with what it has of it", async ({
      packages,
      origin,
      cache,
    }) => {
      const manifest = await ask(`${cache.url}${FILM}/Manifest`);
      await writeFile(join(packages, "film", "clip.ismc"), "no manifest");
      await askUntil(
        `${origin.url}${FILM}/Manifest`,
        ({ status }) => status === 500,
      );
      await askUntil(`${cache.url}${FILM}/Manifest`, isStale);
      // The origin has been asked by now, and its answer must not replace what is kept.
      for (let n = 0; n < 20; n++) {
        const old = await ask(`${cache.url}${FILM}/Manifest`);
        expect(old.body.equals(manifest.body)).toBe(true);
      }
      const lines = aboutFilm(await origin.stop());
      expect(lines.at(-1)).toMatchObject({ status: 500 });
    });

    test("is given another package, has the new manifest when the old one is too old", async ({
      pack,
      packages,
      cache,
      origin,
    }) => {
      const url = `${cache.url}${FILM}/Manifest`;
      const before = await ask(url);
      // Nothing has changed: it is told so, without the manifest.
      await askUntil(url, isStale);
      await askUntil(url, (reply) => !isStale(reply));
      const text = before.body.toString();
      const another = text.replace("<SmoothStreamingMedia", "<!-- new -->$&");
      await writeFile(join(packages, "film", "clip.ismc"), another);
      const after = await askUntil(
        url,
        ({ body }) => body.toString() === another,
      );
      expect(after.headers.etag).not.toBe(before.headers.etag);
      const path = fragmentPath(pack.rungs[0]?.bitrate ?? 0, "video", 0);
      expect((await ask(cache.url + path)).status).toBe(200);
      const statuses = aboutFilm(await origin.stop()).map(
        ({ status }) => status,
      );
      expect(statuses[0]).toBe(200);
      expect(statuses).toContain(304);
    });
  });

const missing = [...missingForNginx, ...(await missingForGstreamer())];

describeReader("GStreamer behind nginx", missing, () => {
  test("plays every picture of a film whose origin is dead", async ({
    pack,
    origin,
    cache,
    scratch,
  }) => {
    const url = `${cache.url}${FILM}/Manifest`;
    for (const path of fragmentPaths(pack)) await ask(cache.url + path);
    await ask(url);
    await origin.kill();
    await askUntil(url, isStale);
    for (const { bitrate } of pack.rungs)
      expect(await playWithGstreamer(url, bitrate, scratch)).toHaveLength(
        CLIP.frames,
      );
    const played = (await cache.stop()).filter(({ agent }) =>
      /gstreamer/i.test(String(agent)),
    );
    expect(played.filter(({ status }) => status !== "200")).toEqual([]);
    // One manifest for each rung, and no reply that the origin had a part in.
    expect(played.map(({ cache }) => cache)).toEqual(
      expect.arrayContaining(["STALE", "HIT"]),
    );
    expect(played.filter(({ cache }) => cache === "MISS")).toEqual([]);
  });
});
