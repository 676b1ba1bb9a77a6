import { describe, expect, test } from "vitest";
import {
  decodePath,
  encodePath,
  fragmentAddress,
  packageAddress,
} from "../../src/smooth/address.js";

describe("a path of a package", () => {
  test.for([
    ["/a/b.ism/Manifest", "/a/b.ism/Manifest"],
    ["/%C3%9C%20%26.ism/Manifest", "/Ü &.ism/Manifest"],
    // Encoded twice it is a file of that name, and not what the name would mean.
    ["/%252e%252e/x", "/%2e%2e/x"],
    ["/a/", "/a/"],
    ["/", "/"],
  ] as const)("%s is %s", ([path, decoded]) => {
    expect(decodePath(path)).toBe(decoded);
  });

  test.for([
    "/../a",
    "/a/..",
    "/a/./b",
    "/%2e%2e/a",
    "/a%2fb",
    "/a%5cb",
    "/a\\b",
    "/a%00",
    "/a%0a",
    "/a%7f",
    "//a",
    "/a//b",
    "/%",
    "/%zz",
    "/%c0%ae",
  ])("%s is none", (path) => {
    expect(decodePath(path)).toBeUndefined();
  });

  test("survives the way to the origin and back", () => {
    for (const path of ["a b/ü/100%", "a?b#c", "it's (1)", "+&=;,~"])
      expect(decodePath(`/${encodePath(path)}`)).toBe(`/${path}`);
  });

  test("ends with the last .ism, in any case", () => {
    expect(packageAddress("/a.ism/b.ISM/x/y")).toEqual({
      path: "a.ism/b",
      rest: "x/y",
    });
    for (const path of ["/a.ism", "/.ism/x", "/a.ismc/x"])
      expect(packageAddress(path)).toBeUndefined();
  });
});

describe("a fragment's address", () => {
  test("names level, attributes, stream and time", () => {
    const rest = "QualityLevels(5000000,a=b,c=)/Fragments(audio_eng=20000000)";
    expect(fragmentAddress(rest)).toEqual({
      noun: "Fragments",
      bitrate: 5_000_000,
      attributes: new Map([
        ["a", "b"],
        ["c", ""],
      ]),
      stream: "audio_eng",
      time: 20_000_000n,
    });
    expect(fragmentAddress("qualitylevels(1)/keyframes(v=0)")?.noun).toBe(
      "KeyFrames",
    );
  });

  test("has its time to the tick, also where a double does not hold it", () => {
    const rest = "QualityLevels(1)/Fragments(video=15589466996501875)";
    expect(fragmentAddress(rest)?.time).toBe(15_589_466_996_501_875n);
  });

  test.for([
    "QualityLevels()/Fragments(video=0)",
    "QualityLevels(1)/Fragments(video)",
    "QualityLevels(1)/Fragments(video=)",
    "QualityLevels(1)/Fragments(=0)",
    "QualityLevels(1)/Fragments(video=-1)",
    "QualityLevels(1)/Fragments(video=1.5)",
    "QualityLevels(1,)/Fragments(video=0)",
    "QualityLevels(1)/Fragments(video=0)/x",
    "QualityLevels(1)/Frames(video=0)",
    "QualityLevels({bitrate})/Fragments(video={start time})",
  ])("%s is none", (rest) => {
    expect(fragmentAddress(rest)).toBeUndefined();
  });
});
