import { expect } from "vitest";
import { describeReader } from "../support/programs.js";
import { ask } from "./support/ask.js";
import { missingForNginx } from "./support/nginx.js";
import { FILM, fragmentPaths, test } from "./support/test.js";

describeReader("the log of nginx", missingForNginx, () => {
  test("has the cache status of every request and the duration of every fragment", async ({
    pack,
    cache,
  }) => {
    const [path = ""] = fragmentPaths(pack);
    const headers = {
      "User-Agent": 'a "player"\\',
      "CMCD-Session": 'sid="one"',
    };
    const { headers: sent, body } = await ask(cache.url + path, { headers });
    await ask(`${cache.url}${path}?CMCD=sid%3D%22two%22`);
    await ask(`${cache.url}${FILM}/Manifest`);
    const lines = await cache.stop();
    const fragment = {
      method: "GET",
      status: "200",
      bytes: String(body.length),
      duration: sent["mss-fragment-duration"],
    };
    expect(lines).toMatchObject([
      { ...fragment, uri: path, cache: "MISS", client: "127.0.0.1" },
      { ...fragment, uri: `${path}?CMCD=sid%3D%22two%22`, cache: "HIT" },
      { uri: `${FILM}/Manifest`, duration: "", cache: "MISS", cmcd: "" },
    ]);
    expect(lines[0]).toMatchObject({
      agent: headers["User-Agent"],
      cmcd: headers["CMCD-Session"],
    });
    expect(fragment.duration).toMatch(/^\d+$/);
    for (const { time, seconds } of lines) {
      expect(Date.parse(String(time))).not.toBeNaN();
      expect(seconds).toMatch(/^\d+\.\d{3}$/);
    }
  });
});
