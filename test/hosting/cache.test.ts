import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { expect } from "vitest";
import { describeReader } from "../support/programs.js";
import { ask } from "./support/ask.js";
import { aboutFilm, CACHES, FILM, fragmentPaths } from "./support/test.js";

/** What players, caches behind this one and `mss-pack report` read. */
const KEPT = [
  ...["content-type", "content-length", "etag", "last-modified"],
  ...["cache-control"],
  ...["mss-fragment-time", "mss-fragment-duration"],
  ...["access-control-allow-origin", "access-control-expose-headers"],
];

for (const [name, missing, test] of CACHES)
  describeReader(`${name} in front of mss-pack serve`, missing, () => {
    test("answers the second request for a fragment from the cache, with the bytes and headers of the origin", async ({
      pack,
      origin,
      cache,
    }) => {
      const [path = ""] = fragmentPaths(pack);
      const direct = await ask(origin.url + path);
      const first = await ask(cache.url + path);
      const second = await ask(cache.url + path);
      expect([first.from, second.from]).toEqual(["MISS", "HIT"]);
      for (const { status, headers, body } of [first, second]) {
        expect(status).toBe(200);
        expect(body.equals(direct.body)).toBe(true);
        for (const name of KEPT)
          expect([name, headers[name]]).toEqual([name, direct.headers[name]]);
      }
      expect(KEPT.filter((name) => direct.headers[name] === undefined)).toEqual(
        [],
      );
    });

    test("takes an address with CMCD behind it, or percent-encoded, for the same", async ({
      pack,
      cache,
    }) => {
      const [path = ""] = fragmentPaths(pack);
      await ask(cache.url + path);
      const same = [
        `${path}?CMCD=sid%3D%22one%22`,
        `${path}?CMCD=sid%3D%22two%22%2Cbr%3D600`,
        path.replaceAll("(", "%28").replaceAll(")", "%29"),
      ];
      for (const one of same) {
        const { from } = await ask(cache.url + one);
        expect([one, from]).toEqual([one, "HIT"]);
      }
    });

    test("gives fragments in upper or lower case, as the origin does", async ({
      pack,
      cache,
    }) => {
      const [path = ""] = fragmentPaths(pack);
      const { body } = await ask(cache.url + path);
      const lower = await ask(cache.url + path.toLowerCase());
      expect(lower.status).toBe(200);
      expect(lower.body.equals(body)).toBe(true);
    });

    test("answers HEAD, and keeps the fragment for the GET that follows", async ({
      pack,
      cache,
    }) => {
      const [path = ""] = fragmentPaths(pack);
      const head = await ask(cache.url + path, { method: "HEAD" });
      const get = await ask(cache.url + path);
      expect([head.status, head.body.length]).toEqual([200, 0]);
      expect(head.headers["content-length"]).toBe(String(get.body.length));
      expect(head.headers.etag).toBe(get.headers.etag);
      expect(get.from).toBe("HIT");
    });

    test("answers ranges, of what it has and of what it has not, and asks the origin for the whole once", async ({
      pack,
      origin,
      cache,
    }) => {
      const [path = ""] = fragmentPaths(pack);
      const range = { Range: "bytes=100-199" };
      const first = await ask(cache.url + path, { headers: range });
      const second = await ask(cache.url + path, { headers: range });
      const { body } = await ask(cache.url + path);
      for (const part of [first, second]) {
        expect(part.status).toBe(206);
        expect(part.headers["content-range"]).toBe(
          `bytes 100-199/${body.length}`,
        );
        expect(part.body.equals(body.subarray(100, 200))).toBe(true);
      }
      const asked = aboutFilm(await origin.stop());
      expect(asked.map(({ uri, status }) => [uri, status])).toEqual([
        [path, 200],
      ]);
    });

    test("answers 304 to who has the fragment already", async ({
      pack,
      cache,
    }) => {
      const [path = ""] = fragmentPaths(pack);
      const { headers } = await ask(cache.url + path);
      const again = await ask(cache.url + path, {
        headers: { "If-None-Match": headers.etag ?? "" },
      });
      expect([again.status, again.from, again.body.length]).toEqual([
        304,
        "HIT",
        0,
      ]);
      expect(again.headers.etag).toBe(headers.etag);
    });

    test("keeps no errors: what was not there may be there a moment later", async ({
      origin,
      cache,
    }) => {
      const path = `${FILM}/QualityLevels(1)/Fragments(video=0)`;
      const replies = [
        await ask(cache.url + path),
        await ask(cache.url + path),
      ];
      expect(replies.map(({ status }) => status)).toEqual([404, 404]);
      expect(replies.map(({ from }) => from)).toEqual(["MISS", "MISS"]);
      // The sentence that says why comes through.
      expect(replies[1]?.body.toString()).toMatch(/no level of 1 bits/);
      expect(aboutFilm(await origin.stop())).toHaveLength(2);
    });

    test("packs manifests for clients that unpack them, and for no others", async ({
      pack,
      cache,
    }) => {
      const url = `${cache.url}${FILM}/Manifest`;
      const plain = await ask(url);
      const packed = await ask(url, { headers: { "Accept-Encoding": "gzip" } });
      const text = await readFile(`${pack.folder}/clip.ismc`);
      expect(plain.body.equals(text)).toBe(true);
      expect(plain.headers["content-type"]).toBe("application/vnd.ms-sstr+xml");
      expect(packed.from).toBe("HIT");
      expect(packed.headers["content-encoding"]).toBe("gzip");
      expect(packed.headers.vary).toMatch(/accept-encoding/i);
      expect(packed.body.length).toBeLessThan(text.length / 2);
    });

    test("answers by itself, in the words of the origin, when a script of another site asks whether it may", async ({
      pack,
      origin,
      cache,
    }) => {
      const [path = ""] = fragmentPaths(pack);
      const direct = await ask(origin.url + path, { method: "OPTIONS" });
      await origin.kill();
      const reply = await ask(cache.url + path, { method: "OPTIONS" });
      expect(reply.status).toBe(direct.status);
      for (const what of ["origin", "methods", "headers"] as const) {
        const name = `access-control-allow-${what}`;
        expect(reply.headers[name]).toBe(direct.headers[name]);
        expect(reply.headers[name]).toBeDefined();
      }
    });

    test("tells the origin whom it asks for, whatever the client claims", async ({
      pack,
      origin,
      cache,
    }) => {
      const [path = ""] = fragmentPaths(pack);
      await ask(cache.url + path, {
        localAddress: "127.0.0.9",
        headers: { "X-Forwarded-For": "203.0.113.7" },
      });
      const [line] = aboutFilm(await origin.stop());
      expect(line).toMatchObject({ client: "127.0.0.9", uri: path });
    });

    test("keeps a poster, and thumbnails by their moment", async ({
      cache,
    }) => {
      const film = cache.url + FILM;
      const first = await ask(`${film}/thumbnail.jpg?t=0`);
      const later = await ask(`${film}/thumbnail.jpg?t=60000000`);
      const again = await ask(`${film}/thumbnail.jpg?CMCD=x&t=0&t=60000000`);
      expect([first.status, later.status]).toEqual([200, 200]);
      expect([first.from, later.from, again.from]).toEqual([
        ...["MISS", "MISS", "HIT"],
      ]);
      expect(later.body.equals(first.body)).toBe(false);
      expect(again.body.equals(first.body)).toBe(true);
      const posters = [
        await ask(`${film}/poster.jpg`),
        await ask(`${film}/poster.jpg?t=0`),
      ];
      expect(posters.map(({ from }) => from)).toEqual(["MISS", "HIT"]);
    });

    test("lets nobody put a wrong thumbnail in for everybody", async ({
      origin,
      cache,
    }) => {
      const video = `${FILM}/thumbnail.jpg`;
      const right = await ask(`${origin.url}${video}?t=60000000`);
      for (const query of [
        ...["T=60000000&t=0", "t=60000000x&t=0", "t=60000000#&t=0"],
        ...["t=0#&t=60000000", "x?t=60000000&t=0", "t=60000000&T=0"],
      ])
        await ask(cache.url, { path: `${video}?${query}` });
      const { status, body } = await ask(`${cache.url}${video}?t=60000000`);
      expect(status).toBe(200);
      expect(body.equals(right.body)).toBe(true);
      const first = await ask(`${cache.url}${video}?t=0`);
      expect(first.body.equals(right.body)).toBe(false);
    });

    const downloads = test.extend({
      flags: async ({}, use) => use(["--allow-download"]),
    });

    downloads(
      "keeps no whole files: a range of one is all that the origin sends",
      async ({ pack, origin, cache }) => {
        const path = `/film/${basename(pack.audio)}`;
        for (const first of [0, 100]) {
          const headers = { Range: `bytes=${first}-${first + 9}` };
          const { status, body } = await ask(cache.url + path, { headers });
          expect([status, body.length]).toEqual([206, 10]);
        }
        const lines = (await origin.stop()).filter(({ uri }) => uri === path);
        expect(lines.map(({ bytes }) => bytes)).toEqual([10, 10]);
      },
    );
  });
