import { expect } from "vitest";
import { describeReader } from "../support/programs.js";
import { watchTogether } from "./support/crowd.js";
import { aboutFilm, CACHES, FILM, fragmentPaths } from "./support/test.js";

const VIEWERS = 50;

for (const [name, missing, test] of CACHES)
  describeReader(`fifty viewers behind ${name}`, missing, () => {
    test("play the whole package together while the origin sends each fragment once", async ({
      pack,
      origin,
      cache,
    }) => {
      const viewings = await watchTogether(cache.url, VIEWERS);
      const asked = aboutFilm(await origin.stop());
      const replies = viewings.flatMap((viewing) => viewing.replies);
      const { videoTimes, audioTimes } = pack.client;
      const each = 1 + videoTimes.length + audioTimes.length;
      expect(replies).toHaveLength(VIEWERS * each);
      expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
      expect(differing(replies)).toEqual([]);
      const sent = asked.map(({ uri }) => String(uri));
      expect(sent.filter((uri) => uri !== `${FILM}/Manifest`).sort()).toEqual(
        fragmentPaths(pack).sort(),
      );
      // Later ones are questions whether it is still the same.
      const manifests = asked.filter(({ uri }) => uri === `${FILM}/Manifest`);
      expect(manifests.filter(({ status }) => status === 200)).toHaveLength(1);
    });
  });

/** Addresses under which not everybody was sent the same. */
function differing(
  replies: readonly { path: string; hash: string }[],
): string[] {
  const hashes = new Map<string, string>();
  return replies.flatMap(({ path, hash }) => {
    const first = hashes.get(path) ?? hash;
    hashes.set(path, first);
    return first === hash ? [] : [path];
  });
}
