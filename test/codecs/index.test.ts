import { expect, test } from "vitest";
import { codecNamed, codecOfSampleEntry } from "../../src/codecs/index.js";

test("a codec is found by its name", () => {
  expect(codecNamed("h264")).toMatchObject({ kind: "video" });
  expect(codecNamed("aac")).toMatchObject({ kind: "audio" });
});

test("a name that is no codec of ours is refused with the names that are", () => {
  expect(() => codecNamed("vp9")).toThrow(
    expect.objectContaining({
      code: "mux",
      message: 'No codec "vp9". Known: h264, hevc, aac, eac3, ac3, ttml.',
    }),
  );
});

test("a codec is found by its sample entry", () => {
  expect(codecOfSampleEntry("avc1")?.name).toBe("h264");
  expect(codecOfSampleEntry("mp4a")?.name).toBe("aac");
});

test("avc3 is not ours: its parameter sets lie in the samples", () => {
  expect(codecOfSampleEntry("avc3")).toBeUndefined();
});

test("an IDR picture depends on nothing, all other pictures on others", () => {
  // ISO/IEC 14496-12 8.8.3.1: depends_on 2 = no, 1 = yes; bit 16 = not a sync sample.
  expect(codecNamed("h264").sampleFlags).toEqual({
    default: 0x01010000,
    first: 0x02000000,
    inner: 0x02000000,
  });
});
