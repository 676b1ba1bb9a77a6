import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { displayOrientation } from "../../src/codecs/avc.js";
import { concat, u32, u8, zeros } from "../../src/isobmff/bytes.js";
import { readInputs } from "../../src/pipeline/mux-inputs.js";
import { planMux } from "../../src/pipeline/mux-plan.js";
import { alignTracks } from "../../src/tracks/align-tracks.js";
import { readCopyable } from "../../src/tracks/read-copyable.js";
import { fixture } from "../support/fixtures.js";
import { patchFile, payloadOf } from "../support/patch.js";
import { sourceVideo, source } from "../support/sources.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
let copies = 0;

/** Plans a package of the fixture, whose picture has 160x90 square pixels, with other bytes. */
async function planOf(change: (bytes: Buffer) => void) {
  const path = join(folder, `film-${(copies += 1)}.mp4`);
  copyFileSync(fixture("film.mp4"), path);
  patchFile(path, change);
  return planMux(
    alignTracks(await readInputs([{ path }], undefined)),
    "film",
    2,
  );
}

const MATRIX = 40;
const ONE = 0x10000;

/** The first four numbers of the matrix in the tkhd, or mvhd, of the picture. */
function matrix(
  box: "tkhd" | "mvhd",
  ...numbers: [number, number, number, number]
) {
  return (bytes: Buffer) => {
    const at = payloadOf(bytes, box) + (box === "tkhd" ? MATRIX : MATRIX - 4);
    [0, 4, 12, 16].forEach((offset, i) =>
      bytes.writeInt32BE((numbers[i] ?? 0) * ONE, at + offset),
    );
  };
}

/** A box of 16 bytes in the place of pasp. */
function pasp(across: number, down: number, type = "pasp") {
  return (bytes: Buffer) => {
    const at = payloadOf(bytes, "pasp");
    bytes.write(type, at - 4, "latin1");
    bytes.writeUInt32BE(across, at);
    bytes.writeUInt32BE(down, at + 4);
  };
}

function trackWidth(width: number) {
  return (bytes: Buffer) => {
    pasp(0, 0, "free")(bytes);
    bytes.writeUInt32BE(width * ONE, payloadOf(bytes, "tkhd") + MATRIX + 36);
  };
}

/** A clean aperture in the place of colr, pasp and btrt, which follow one another. */
function clap(width: number, height: number) {
  return (bytes: Buffer) => {
    const at = payloadOf(bytes, "colr") - 8;
    bytes.fill(0, at, at + 55);
    bytes.writeUInt32BE(40, at);
    bytes.write("clap", at + 4, "latin1");
    [width, 1, height, 1, 0, 1, 0, 1].forEach((number, i) =>
      bytes.writeUInt32BE(number, at + 8 + 4 * i),
    );
    bytes.writeUInt32BE(15, at + 40);
    bytes.write("free", at + 44, "latin1");
  };
}

/** The message of x264 about itself becomes one of a turn by 90 degrees against the clock. */
function seiTurn(bytes: Buffer): void {
  const at = bytes.indexOf(
    Buffer.from("0605", "hex"),
    payloadOf(bytes, "mdat"),
  );
  const length = bytes.subarray(at + 2).findIndex((byte) => byte !== 255) + 1;
  bytes[at + 1] = 47;
  bytes.writeUInt16BE(0x0800, at + 2 + length);
  bytes.writeUInt8(0x00, at + 4 + length);
}

describe("mux refuses in words what Smooth cannot say:", () => {
  test.each([
    [
      "a turn in the track's matrix",
      matrix("tkhd", 0, 1, -1, 0),
      /: its picture is to be turned by 90 degrees \(matrix 0, 65536, -65536, 0\), and Smooth Streaming cannot say that/,
    ],
    [
      "a turn in the movie's matrix",
      matrix("mvhd", 0, -1, 1, 0),
      /turned by 270 degrees/,
    ],
    ["a mirror", matrix("tkhd", -1, 0, 0, 1), /is to be mirrored/],
    [
      "a clean aperture that is a part of it",
      clap(144, 90),
      /: 144x90 of its 160x90 are to be shown \(clap\)/,
    ],
    [
      "a turn in a message of the stream",
      seiTurn,
      /: frame 1 \(0\.000 s\) is to be turned by 270 degrees by a message in its stream/,
    ],
  ])("%s", async (_, change, message) => {
    await expect(planOf(change)).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(message) as string,
      hint: expect.stringContaining(
        "mss-pack FILE -o FOLDER encodes it",
      ) as string,
    });
  });
});

describe("the size at which a picture is shown is known", () => {
  test.each([
    ["square pixels", pasp(1, 1), undefined],
    ["pixels of 3:4", pasp(3, 4), [120, 90]],
    ["a clean aperture of all of it", clap(160, 90), undefined],
    ["pixels of 0:0, which say nothing", pasp(0, 0), undefined],
    ["a track that is less wide", trackWidth(120), [120, 90]],
    ["a matrix that makes it wider", matrix("tkhd", 1.5, 0, 0, 1), [240, 90]],
  ] as const)("from %s", async (_, change, size) => {
    const { tracks } = await planOf(change);
    const { format } = tracks[0]?.source.track ?? {};
    const { displayWidth, displayHeight } = format as Partial<
      Record<"displayWidth" | "displayHeight", number>
    >;
    expect(displayWidth && [displayWidth, displayHeight]).toEqual(size);
  });
});

describe("the size of a picture is what its stream says, whatever its sample entry claims:", () => {
  /** The size in the sample entry, behind its 24 bytes. ISO/IEC 14496-12 12.1.3 */
  const entrySize = (width: number, height: number) => (bytes: Buffer) => {
    const at = payloadOf(bytes, "avc1", 2) + 24; // The first is a brand.
    bytes.writeUInt16BE(width, at);
    bytes.writeUInt16BE(height, at + 2);
  };

  test.each([
    [0, 0],
    [0, 7],
    [320, 90],
  ])("%ix%i", async (width, height) => {
    const { tracks } = await planOf(entrySize(width, height));
    expect(tracks[0]?.source.track.format).toEqual({
      kind: "video",
      width: 160,
      height: 90,
    });
  });

  test("no size in either is refused", async () => {
    const broken = (bytes: Buffer) => {
      entrySize(0, 90)(bytes);
      const sps = payloadOf(bytes, "avcC") + 8;
      // Of noughts nothing can be read.
      bytes.fill(0, sps, sps + bytes.readUInt16BE(sps - 2));
    };
    await expect(planOf(broken)).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        /its picture is 0x90\. Expected a width and a height\.$/,
      ) as string,
    });
  });
});

test("--copy top takes no picture that is to be cut", async () => {
  const path = join(folder, "copied.mp4");
  copyFileSync(fixture("film.mp4"), path);
  const video = sourceVideo({ width: 160, height: 90, durationSeconds: 4 });
  const facts = async () =>
    (await readCopyable({ ...source({ video }), path }, { num: 25, den: 1 }, 2))
      .video;
  expect(await facts()).toMatchObject({ trackId: 1 });
  patchFile(path, clap(160, 80));
  expect(await facts()).toEqual({
    reason: expect.stringMatching(
      /^track 1: 160x80 of its 160x90 are to be shown \(clap\), /,
    ) as string,
  });
});

test("a display orientation behind other messages and other units is found, and its cancelling", () => {
  const unit = (...bytes: Uint8Array[]) => {
    const content = concat(bytes);
    return concat([u32(content.length), content]);
  };
  const other = concat([u8(5, 255, 3), zeros(258).fill(1)]);
  const sample = (...bits: number[]) =>
    concat([
      unit(u8(0x09, 0x10)),
      unit(u8(6), other, u8(47, 3, ...bits), u8(0x80)),
      unit(u8(0x65, 1, 2, 3)),
    ]);
  expect(displayOrientation(sample(0x08, 0x00, 0x04))).toBe(
    "turned by 270 degrees",
  );
  expect(displayOrientation(sample(0x60, 0x00, 0x04))).toBe(
    "turned by 180 degrees",
  );
  expect(displayOrientation(sample(0x40, 0x00, 0x04))).toBe("mirrored");
  expect(displayOrientation(sample(0x00, 0x00, 0x04))).toBeUndefined();
  expect(displayOrientation(sample(0x88, 0x00, 0x04))).toBeUndefined();
  expect(displayOrientation(u8(0, 0, 0, 9, 6, 47))).toBeUndefined();
});
