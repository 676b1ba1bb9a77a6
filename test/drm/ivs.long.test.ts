import { createSecretKey } from "node:crypto";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  apart,
  derivedIvs,
  randomIvs,
} from "../../src/drm/protected-samples.js";
import type { MuxInput } from "../../src/index.js";
import { tempFolder } from "../support/temp.js";
import {
  KEY,
  protectedClip,
  readMuxed,
  REQUEST,
  samplesOf,
  type ReadPackage,
} from "./package.js";

const MOST = 2n ** 64n;

/** Every vector of each track, from its first. */
function allIvs(
  firsts: readonly bigint[],
  counts: readonly number[],
): bigint[] {
  return firsts.flatMap((first, i) =>
    Array.from(
      { length: counts[i] ?? 0 },
      (_, k) => (first + BigInt(k)) % MOST,
    ),
  );
}

function expectDistinct(list: readonly (bigint | string)[]): void {
  expect(new Set(list).size).toBe(list.length);
}

describe("the vectors of several tracks", () => {
  test("never meet, however near to one another they are drawn, also around 2^64", () => {
    const counts = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 6 });
    fc.assert(
      fc.property(
        counts,
        fc.infiniteStream(fc.integer({ min: -99, max: 99 })),
        (counts, draws) => {
          const firsts = apart(counts, () => {
            const next = BigInt(
              (draws.next().value as number | undefined) ?? 0,
            );
            return BigInt.asUintN(64, next * 3n);
          });
          expectDistinct(allIvs(firsts, counts));
        },
      ),
    );
  });

  test("are other ones at every draw", () => {
    expectDistinct([...randomIvs([9, 9, 9]), ...randomIvs([9, 9, 9])]);
  });

  test("hang, when derived, on key, name and content alone", () => {
    const track = (identity: string, content: string) => ({
      ...{ count: 5, identity, content: Buffer.from(content) },
    });
    const key = createSecretKey(KEY);
    const first = (k = key, identity = "a.ismv", content = "1") =>
      derivedIvs(k, [track(identity, content)])[0];
    expect(first()).toBe(first());
    const other = createSecretKey(Buffer.from(KEY).reverse());
    expectDistinct(
      [
        first(),
        first(other),
        first(key, "b.ismv"),
        first(key, "a.ismv", "2"),
      ].map(String),
    );
  });

  test("of two tracks that are the same in all of it do not meet either", () => {
    const track = { count: 5, identity: "a", content: Buffer.from("1") };
    expectDistinct(
      allIvs(derivedIvs(createSecretKey(KEY), [track, track]), [5, 5]),
    );
  });
});

describe("in packages", async () => {
  const folder = tempFolder();
  const clip = await protectedClip(join(folder, "clip.mp4"));
  // The same film twice: two rungs of equal content, whose sound is taken once.
  const twin = join(folder, "twin.mp4");
  copyFileSync(clip, twin);
  let count = 0;
  const make = (
    reproducible: boolean,
    inputs: readonly (string | MuxInput)[] = [clip, twin],
  ) =>
    readMuxed(inputs, join(folder, `out-${(count += 1)}`), {
      protection: { ...REQUEST, reproducible },
    });
  const ivsOf = ({ decrypted }: ReadPackage) =>
    Object.values(decrypted).flatMap((file) =>
      samplesOf(file).map(({ iv }) => iv),
    );

  test.each([false, true])(
    "no vector is there twice: not in samples, tracks, rungs of equal content (reproducible: %s)",
    async (reproducible) => {
      const ivs = ivsOf(await make(reproducible));
      expect(ivs.length).toBeGreaterThan(500);
      expectDistinct(ivs);
    },
  );

  test("nor in two runs", async () => {
    const [one, other] = [await make(false), await make(false)];
    expectDistinct([...ivsOf(one), ...ivsOf(other)]);
  });

  test("a reproducible run gives the same bytes again", async () => {
    const [one, other] = [await make(true), await make(true)];
    for (const [name, bytes] of Object.entries(one.files))
      expect(other.files[name]?.equals(bytes), name).toBe(true);
    expect(other.manifest).toBe(one.manifest);
  });

  test("and for other content under the same name other vectors", async () => {
    const other = await protectedClip(join(folder, "other.mp4"), "hue=h=90");
    const bitrates = { 1: { bitrate: 1_500_000 }, 2: { bitrate: 64_000 } };
    const named = (path: string) => [{ path, tracks: bitrates }];
    const [a, b] = [
      await make(true, named(clip)),
      await make(true, named(other)),
    ];
    expect(Object.keys(a.files)).toEqual(Object.keys(b.files));
    const picturesOf = ({ decrypted }: ReadPackage) =>
      Object.entries(decrypted)
        .filter(([name]) => name.endsWith(".ismv"))
        .flatMap(([, file]) => samplesOf(file).map(({ iv }) => iv));
    expectDistinct([...picturesOf(a), ...picturesOf(b)]);
  });
});
