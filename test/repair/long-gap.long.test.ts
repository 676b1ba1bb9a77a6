import { rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { findTools, type Tools } from "../../src/ffmpeg/find.js";
import { planRepair, repair } from "../../src/index.js";
import { faultsIn } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import { later, remake } from "../foreign/film-file.js";
import { FILES, foreign, type Layout } from "../foreign/layouts.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
let tools: Tools;

beforeAll(async () => {
  tools = await findTools({});
});

/** The film twice, with nothing for some seconds in between: an outage of a live encoder. */
const outage =
  (seconds: number): Layout =>
  ({ folder, ismc }) => {
    rmSync(ismc);
    const by = BigInt(51_200_000 + seconds * 10_000_000);
    for (const file of FILES)
      remake(join(folder, file), (film) => ({
        ...film,
        fragments: [...film.fragments, ...film.fragments.map(later(by))],
      }));
  };

test.for([9, 25, 200])(
  "the last picture is held, and silence put, for %i s that all lack",
  async (seconds) => {
    const { ism } = await foreign(parent, outage(seconds));
    const output = join(parent, `out-${seconds}`);
    expect((await planRepair(ism)).obstacles).toEqual([]);
    const { repaired } = await repair(ism, { output, fsync: false });
    expect(repaired?.durationSeconds).toBeCloseTo(10.24 + seconds, 6);
    expect(repaired?.proof).toMatchObject([
      { same: 256, added: 0 },
      { same: 256, added: 0 },
      { same: 480 },
    ]);
    const manifest = join(output, "clip.ism");
    const { findings } = await verify(manifest, { decodeWith: tools });
    expect(faultsIn(findings)).toEqual([]);
  },
);

test("more than a sample can last is refused, by the plan too", async () => {
  const { ism } = await foreign(parent, outage(500));
  const { obstacles } = await planRepair(ism);
  expect(obstacles.map(({ id, file }) => [id, file])).toEqual([
    ["gap", "clip_60.ismv"],
    ["gap", "clip_25.ismv"],
  ]);
  const refused = repair(ism, { output: join(parent, "out-500") });
  await expect(refused).rejects.toMatchObject({
    message: expect.stringMatching(/has nothing for 500\.000 s/) as string,
  });
});
