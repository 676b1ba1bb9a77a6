import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scanSamples } from "../../src/mux/scan-samples.js";
import { tempFolder } from "../support/temp.js";
import { audioTrack, table, videoTrack } from "../support/track.js";

const folder = tempFolder();
let count = 0;

/** A picture track of samples that are made of NAL units: [type, size]. */
function pictures(...samples: (readonly [number, number])[][]) {
  const bytes = samples.map((units) =>
    Buffer.concat(units.map(([type, size]) => unit(type, size))),
  );
  return trackOf(bytes);
}

function trackOf(samples: readonly Buffer[]) {
  const path = join(folder, `${(count += 1)}.mp4`);
  writeFileSync(path, Buffer.concat(samples));
  const sizes = samples.map(({ length }) => length);
  const track = videoTrack(
    table(Array<number>(sizes.length).fill(1), { sizes }),
  );
  return { ...track, files: [{ path, firstSample: 0 }] };
}

function unit(type: number, size: number): Buffer {
  const bytes = Buffer.alloc(4 + size, 0xff);
  bytes.writeUInt32BE(size);
  if (size > 0) bytes.writeUInt8(0x60 | type, 4);
  return bytes;
}

async function rowsOf(track: ReturnType<typeof trackOf>) {
  const options = { isHashed: false, signal: undefined };
  const { subsamples } = await scanSamples(track, "clip.ismv", options);
  if (subsamples === undefined) throw new Error("no subsamples");
  const { first, clear, encrypted } = subsamples;
  return Array.from({ length: first.length - 1 }, (_, i) =>
    Array.from(clear.subarray(first[i], first[i + 1]), (bytes, k) => [
      bytes,
      encrypted[(first[i] ?? 0) + k],
    ]),
  );
}

describe("of a picture", () => {
  test("slices of all kinds are hidden but for their heads, other units are not", async () => {
    const found = await rowsOf(
      pictures(
        [
          [9, 2], // access unit delimiter
          [6, 5000], // message
          [5, 1000],
        ],
        [
          [1, 300],
          [2, 300],
          [3, 300],
          [4, 300],
          [12, 900], // filler
        ],
        [[1, 111]],
        [
          [20, 1000],
          [0, 1000],
        ],
      ),
    );
    expect(found).toEqual([
      [[6 + 5004 + 4 + 104, 896]],
      [
        [112, 192],
        [112, 192],
        [112, 192],
        [112, 192],
        [904, 0],
      ],
      [[115, 0]],
      [[2008, 0]],
    ]);
  });

  test("units of no bytes, and pictures of none, are clear", async () => {
    const found = await rowsOf(
      pictures(
        [
          [1, 0],
          [1, 112],
          [7, 0],
        ],
        [],
      ),
    );
    expect(found).toEqual([
      [
        [4 + 4 + 96, 16],
        [4, 0],
      ],
      [],
    ]);
  });

  test.each([
    ["goes on behind the picture", Buffer.concat([unit(1, 500)]).fill(9, 0, 2)],
    ["has no whole length", Buffer.concat([unit(1, 500), Buffer.alloc(3)])],
  ])(
    "a unit that %s is refused: it could not be told apart",
    async (_, sample) => {
      const track = trackOf([unit(5, 200), sample]);
      await expect(rowsOf(track)).rejects.toThrow(
        /clip\.ismv frame 2: a NAL unit/,
      );
    },
  );

  test("a file that ends too early is refused", async () => {
    const track = pictures([[5, 200]]);
    writeFileSync(track.files[0]?.path ?? "", unit(5, 200).subarray(0, 3));
    await expect(rowsOf(track)).rejects.toThrow(/frame 1: .* ends at 3/);
  });

  test("a head that lies across two reads is found", async () => {
    // 256 KiB are read at once: they end in the second unit's length.
    const first = 256 * 1024 - 2;
    const many = Array.from({ length: 99 }, () => [[1, 200]] as const);
    const found = await rowsOf(
      pictures(
        [[6, first - 4]],
        [[1, 500]],
        ...many.map((units) => [...units]),
      ),
    );
    expect(found.slice(1, 3)).toEqual([[[104, 400]], [[108, 96]]]);
  });
});

test("sound is hidden whole: nothing of it is read", async () => {
  const track = audioTrack(table([1, 1]));
  const options = { isHashed: false, signal: undefined };
  expect(await scanSamples(track, "clip.isma", options)).toEqual({
    subsamples: undefined,
    content: undefined,
  });
});

test("the hash tells samples apart that are only cut otherwise", async () => {
  const bytes = Buffer.alloc(800, 7);
  const hashOf = async (sizes: readonly number[]) => {
    const { files } = trackOf([bytes]);
    const ones = sizes.map(() => 1);
    const track = { ...audioTrack(table(ones, { sizes })), files };
    const options = { isHashed: true, signal: undefined };
    const { content } = await scanSamples(track, "clip.isma", options);
    return Buffer.from(content ?? []).toString("hex");
  };
  expect(await hashOf([400, 400])).toHaveLength(64);
  expect(await hashOf([400, 400])).toBe(await hashOf([400, 400]));
  expect(await hashOf([400, 400])).not.toBe(await hashOf([300, 500]));
});
