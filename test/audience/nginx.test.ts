import { expect } from "vitest";
import { ask } from "../hosting/support/ask.js";
import { missingForNginx } from "../hosting/support/nginx.js";
import { FILM, fragmentPath, test } from "../hosting/support/test.js";
import { audienceOf } from "../support/access-log.js";
import { describeReader } from "../support/programs.js";

describeReader("the log of nginx before the origin", missingForNginx, () => {
  test("tells of every viewer, where the origin saw only the first", async ({
    pack,
    origin,
    cache,
  }) => {
    const [bitrate = 0] = pack.client.video.map((level) => level.bitrate);
    const times = pack.client.videoTimes.slice(0, 3);
    for (const viewer of [1, 2, 3]) {
      const question = {
        headers: { "CMCD-Session": `sid="${viewer}"` },
        localAddress: `127.0.0.${viewer}`,
      };
      await ask(`${cache.url}${FILM}/Manifest`, question);
      for (const time of times)
        await ask(cache.url + fragmentPath(bitrate, "video", time), question);
    }
    const lines = await cache.stop();
    const front = await audienceOf(lines.map((line) => JSON.stringify(line)));
    const seconds = ((pack.client.videoTimes[3] ?? 0) - (times[0] ?? 0)) / 1e7;
    expect(front.all).toMatchObject({
      ...{ viewers: 3, playbacks: 3, secondsWatched: 3 * seconds },
      ...{ secondsEstimated: 0, requests: 12, errors: [] },
      ...{ cacheTold: 12, cacheHits: 8, averageBitrate: bitrate },
    });
    expect(front.packages[0]?.package).toBe("film/clip");
    const behind = await origin.stop();
    const back = await audienceOf(behind.map((line) => JSON.stringify(line)));
    expect(back.all).toMatchObject({ playbacks: 1, secondsWatched: seconds });
  });
});
