import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { describeFinding } from "../../src/verify/finding.js";
import { verify } from "../../src/verify/verify.js";
import {
  writeFixturePackage,
  type WrittenPackage,
} from "../support/fixtures.js";
import { patchFile, payloadOf, replaceText } from "../support/patch.js";
import { tempFolder } from "../support/temp.js";

const parent = tempFolder();
const FILES = ["clip_60.ismv", "clip_25.ismv", "clip_eng_48.isma"];
let written: WrittenPackage;

beforeEach(async () => {
  written = await writeFixturePackage(parent, "clip");
});

/** Levels and sentences of what is found in the package. */
async function findings(isOurs = false): Promise<string[]> {
  const report = await verify(written.ism, { isOurs });
  return report.findings.map(
    (finding) => `${finding.level}: ${describeFinding(finding)}`,
  );
}

const TFXD = Buffer.from("6d1d9b0542d544e680e2141daff757b2", "hex");

/** Places of all tfxd boxes, where their 16 bytes of type begin. */
function tfxdPlaces(bytes: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(TFXD); at >= 0; at = bytes.indexOf(TFXD, at + 1))
    places.push(at);
  return places;
}

/** Moves a track in time, in its index and its fragments. */
function moveTrack(file: string, by: number): void {
  patchFile(join(written.folder, file), (bytes) => {
    const tfra = payloadOf(bytes, "tfra");
    for (const [i, at] of tfxdPlaces(bytes).entries()) {
      for (const time of [at + 20, tfra + 16 + 19 * i])
        bytes.writeBigInt64BE(bytes.readBigInt64BE(time) + BigInt(by), time);
    }
  });
}

function moveManifest(t: string): void {
  replaceText(
    join(written.folder, "clip.ismc"),
    /(Fragments\([^]*?)<c /g,
    `$1<c t="${t}" `,
  );
}

function hideTfxd(file: string, isHidden: (i: number) => boolean): void {
  patchFile(join(written.folder, file), (bytes) => {
    for (const [i, at] of tfxdPlaces(bytes).entries())
      if (isHidden(i)) bytes.writeUInt8(0, at);
  });
}

describe("a package that begins at another time than 0", () => {
  const LATER = 500_000_000_000;

  beforeEach(() => {
    for (const file of FILES) moveTrack(file, LATER);
    moveManifest(String(LATER));
  });

  test("is another maker's, and gets a note", async () => {
    expect(await findings()).toEqual([
      `note: clip_60.ismv, fragment 1: time of the first fragment is ${LATER}, expected 0.`,
      expect.stringMatching(/^note: .*2 more notes of the rule timeline/),
    ]);
  });

  test("is a fault when we have just written it", async () => {
    expect((await findings(true))[0]).toMatch(/^fault: .*first fragment is 5/);
  });

  test("is a fault when a rung begins at another time", async () => {
    moveTrack("clip_25.ismv", 1);
    expect((await findings()).join("\n")).toMatch(
      /fault: clip_25.ismv, fragment 1: time in the index is 500000000001, expected 500000000000/,
    );
  });
});

test("a first time before 0, which ends up near 2 to the power of 64, is a fault in any package", async () => {
  for (const file of FILES) moveTrack(file, -213_333);
  moveManifest(String(2n ** 64n - 213_333n));
  expect((await findings())[0]).toBe(
    "fault: clip_60.ismv, fragment 1: time of the first fragment is -213333, expected 0.",
  );
});

describe("fragments without a time of their own", () => {
  test("are a layout where the whole track is without", async () => {
    hideTfxd("clip_60.ismv", () => true);
    expect((await findings())[0]).toBe(
      "note: clip_60.ismv, fragment 1: no tfxd box: it does not say when it begins.",
    );
    expect((await findings(true))[0]).toMatch(/^fault: .*no tfxd/);
  });

  test("are a fault where others of the track have one", async () => {
    hideTfxd("clip_60.ismv", (i) => i === 1);
    expect(await findings()).toEqual([
      "fault: clip_60.ismv, fragment 2: no tfxd box: it does not say when it begins.",
    ]);
  });
});

describe("a picture that is shown later than it is decoded", () => {
  const TRUN_COUNT = 4;
  const TRUN_VIDEO_ROWS = 16;

  function delay(isDelayed: (i: number) => boolean): void {
    patchFile(join(written.folder, "clip_60.ismv"), (bytes) => {
      let i = 0;
      let at = bytes.indexOf("trun", 0, "latin1");
      for (; at >= 0; at = bytes.indexOf("trun", at + 1, "latin1")) {
        const count = bytes.readUInt32BE(at + 4 + TRUN_COUNT);
        for (let k = 0; k < count && isDelayed(i); k++) {
          const row = at + 4 + TRUN_VIDEO_ROWS + 12 * k + 8;
          bytes.writeInt32BE(bytes.readInt32BE(row) + 400_000, row);
        }
        i++;
      }
    });
  }

  test("at the beginning of each fragment is another maker's way", async () => {
    delay(() => true);
    const [first] = await findings();
    expect(first).toBe(
      "note: clip_60.ismv, fragment 1: composition offset of the first sample is 400000, expected 0.",
    );
    expect((await findings()).join("\n")).not.toMatch(/^fault/m);
    expect((await findings(true))[0]).toMatch(/^fault: .*composition offset/);
  });

  test("at the beginning of one fragment is a fault", async () => {
    delay((i) => i === 1);
    expect((await findings()).join("\n")).toMatch(
      /fault: clip_60.ismv, fragment 2: composition offset of the first sample is 400000, expected 0/,
    );
  });
});
