import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCopied } from "../../src/tracks/read-copied.js";
import { fixture, fixturePlan } from "../support/fixtures.js";
import { patchFile, payloadOf } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";
import { videoStream } from "../../src/plan/encode-plan.js";

const folder = tempFolder();

test("of a copied picture the IDR pictures are sync samples, whatever its file calls so", async () => {
  const rung = videoStream(fixturePlan())?.rungs[0];
  if (rung === undefined) throw new Error("no rung");
  const path = join(folder, "film.mp4");
  copyFileSync(fixture("film.mp4"), path);
  const idr = async () => {
    const from = { trackId: 1, zero: 0 };
    const { samples } = await readCopied(path, rung, from, { num: 25, den: 1 });
    return [...samples.sync].flatMap((is, i) => (is === 1 ? [i] : []));
  };
  expect(await idr()).toEqual([0, 50, 100]);
  // A file without that list calls every picture so. ISO/IEC 14496-12 8.6.2
  patchFile(path, (bytes) => {
    bytes.write("free", payloadOf(bytes, "stss") - 4, "latin1");
  });
  expect(await idr()).toEqual([0, 50, 100]);
});
