import { describe, expect, test } from "vitest";
import { judge, readIdet, type ScanCounts } from "../../src/probe/scan-type.js";

/** Frames that move, none of them combed or repeated; change what a test is about. */
function counts(changes: Partial<ScanCounts>): ScanCounts {
  const none = { tff: 0, bff: 0, progressive: 0, single: 270, repeated: 0 };
  return { ...none, ...changes };
}

const SAID = { scan: "progressive" } as const;
const FLAGGED = { scan: "interlaced" } as const;

describe("a picture that is not flagged", () => {
  test("is interlaced when most moving frames are combed", () => {
    expect(judge(SAID, counts({ tff: 170, progressive: 30 }))).toEqual({
      scan: "interlaced",
      seenFieldOrder: "tff",
    });
    expect(judge(SAID, counts({ bff: 170, tff: 2 }))).toMatchObject({
      seenFieldOrder: "bff",
    });
  });

  test("stays progressive when few are: fine patterns look combed", () => {
    expect(judge(SAID, counts({ tff: 90, progressive: 170 }))).toEqual(SAID);
  });

  test("is believed when hardly anything moves", () => {
    expect(judge(SAID, counts({ tff: 14 }))).toEqual(SAID);
  });
});

describe("telecined film repeats a field in two of five frames", () => {
  const film = counts({
    tff: 108,
    progressive: 162,
    single: 162,
    repeated: 108,
  });

  test("whether it is flagged as interlaced or not", () => {
    expect(judge(SAID, film)).toEqual({ scan: "telecined" });
    expect(judge(FLAGGED, film)).toEqual({ scan: "telecined" });
  });

  test("a camera's fields do not, though half of them may stand still", () => {
    const studio = counts({ tff: 108, progressive: 162 });
    expect(judge(FLAGGED, studio)).toEqual(FLAGGED);
  });
});

test("idet's words are read as ffmpeg prints them", () => {
  const words = `
[Parsed_idet_0 @ 0x5] Repeated Fields: Neither:   162 Top:    54 Bottom:    53
[Parsed_idet_0 @ 0x5] Single frame detection: TFF:    99 BFF:     1 Progressive:    90 Undetermined:    80
[Parsed_idet_0 @ 0x5] Multi frame detection: TFF:   108 BFF:     2 Progressive:   160 Undetermined:     0`;
  expect(readIdet(words)).toEqual({
    tff: 108,
    bff: 2,
    progressive: 160,
    single: 162,
    repeated: 107,
  });
});
