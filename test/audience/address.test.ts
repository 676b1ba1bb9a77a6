import { expect, test } from "vitest";
import { AddressBook } from "../../src/audience/address.js";

const read = (path: string) => new AddressBook().read(path);

const LEVEL = { stream: "video", type: "video", bitrate: 5_000_000 };

test.each([
  ["/clip.ism/QualityLevels(5000000)/Fragments(video=20000000)", "clip"],
  [
    "/sub/clip.ism/qualitylevels(5000000)/fragments(video=20000000)",
    "sub/clip",
  ],
  [
    "/clip.isml/QualityLevels(5000000,lang=a)/Fragments(video=20000000)",
    "clip",
  ],
  ["/clip.ism/QualityLevels(5000000)/RawFragments(video=20000000)", "clip"],
  [
    "/my%20clip.ism/QualityLevels%285000000%29/Fragments%28video%3D20000000%29",
    "my clip",
  ],
  [
    "http://cdn.example/clip.ism/QualityLevels(5000000)/Fragments(video=20000000)",
    "clip",
  ],
])("%s is a fragment that is played", (path, name) => {
  expect(read(path)).toEqual({
    place: { package: name, level: LEVEL },
    time: 20_000_000,
  });
});

test.each([
  "/sub/clip.ism/Manifest",
  "/sub/clip.ism/QualityLevels(5000000)/KeyFrames(video=20000000)",
  "/sub/clip.ism/QualityLevels(5000000)/FragmentInfo(video=20000000)",
  "/sub/clip.ism/thumbnail.jpg",
  "/sub/clip.ism/QualityLevels(5000000)/Fragments(video=)",
  "/sub/clip.ism/QualityLevels(-1)/Fragments(video=0)",
])("%s is of a package, and not played", (path) => {
  expect(read(path).place).toEqual({ package: "sub/clip", level: undefined });
});

test.each([
  ...["/", "/play/sub/clip", "/assets/player.js", "", "*", "/%zz", ".ism/"],
  `/${"x".repeat(2000)}.ism/Manifest`,
])("%s is of no package", (path) => {
  expect(read(path).place.package).toBeUndefined();
});

test("a time that no clock has is no time", () => {
  const path =
    "/clip.ism/QualityLevels(1)/Fragments(video=99999999999999999999)";
  expect(read(path).time).toBeUndefined();
});

test("a time of a live encoder, which counts from another year, is one", () => {
  const path = "/clip.ism/QualityLevels(1)/Fragments(video=15589466996501875)";
  expect(read(path)).toMatchObject({
    place: { level: { stream: "video" } },
    time: 15_589_466_996_501_876,
  });
});

test.each([
  ["video", "video"],
  ["Video_2", "video"],
  ["audio_eng", "audio"],
  ["audio_eng_2", "audio"], // E-AC-3 behind the AAC of a language
  ["textstream_eng", "text"],
  ["captions", "text"],
  ["German", "unknown"],
])("a stream called %s is taken for %s", (name, type) => {
  const { place } = read(`/a.ism/QualityLevels(1)/Fragments(${name}=0)`);
  expect(place.level?.type).toBe(type);
});
